package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.chunk.TokenCounter;
import dev.sandmill.vectorizer.embed.Embedder;
import dev.sandmill.vectorizer.embed.onnx.MiniLmTokens;
import dev.sandmill.vectorizer.embed.onnx.OnnxEmbedder;
import dev.sandmill.vectorizer.embed.remote.RemoteEmbedder;
import dev.sandmill.vectorizer.embed.table.StaticEmbedder;
import java.util.Optional;

/// The models of one vectorizer; all of one vector space.
///
/// @param name of the setting
/// @param exact for chunks; empty where sketches are all that is wanted
/// @param table for sketches of chunks; empty where the model's space has none
/// @param ofQuestions for what is searched for
/// @param tokenCounter of the model that reads the chunks
record Models(
        String name,
        Optional<Embedder> exact,
        Optional<StaticEmbedder> table,
        Embedder ofQuestions,
        TokenCounter tokenCounter)
        implements AutoCloseable {
    /// `minilm`: the table first, then MiniLM; `static`: the table alone, questions by MiniLM, since that finds more;
    /// `openai`: an endpoint, whose tokens are taken to be about MiniLM's.
    static Models start(VectorizerConfig config) {
        int parallelism = config.embedding().parallelism();
        return switch (config.embedder()) {
            case "minilm" -> {
                OnnxEmbedder minilm = OnnxEmbedder.start(parallelism);
                yield new Models(
                        "minilm", Optional.of(minilm), Optional.of(StaticEmbedder.load()), minilm, minilm::countTokens);
            }
            case "static" -> {
                StaticEmbedder table = StaticEmbedder.load();
                yield new Models(
                        "static",
                        Optional.empty(),
                        Optional.of(table),
                        OnnxEmbedder.start(parallelism),
                        table::countTokens);
            }
            case "openai" -> {
                RemoteEndpoint endpoint = config.remote()
                        .orElseThrow(() -> new IllegalArgumentException("embedder 'openai' has to have an endpoint"));
                RemoteEmbedder remote =
                        RemoteEmbedder.connect(endpoint.with(parallelism, EmbeddingBounds.MAX_BATCH_SIZE));
                yield new Models("openai", Optional.of(remote), Optional.empty(), remote, MiniLmTokens.load()::count);
            }
            default ->
                throw new IllegalArgumentException("embedder '" + config.embedder()
                        + "' is not supported; this version has: minilm, static, openai");
        };
    }

    /// The model whose vectors the index ends up with.
    Embedder ofChunks() {
        return exact.or(() -> table.map(Embedder.class::cast))
                .orElseThrow(() -> new IllegalStateException("there is no model at all"));
    }

    /// Changes whenever a vector of either kind could.
    String fingerprint() {
        return exact.map(model -> model.id().fingerprint()).orElse("none") + "+"
                + table.map(model -> model.id().fingerprint()).orElse("none");
    }

    void resize(int parallelism) {
        ofQuestions.resize(parallelism);
        if (ofChunks() != ofQuestions) {
            ofChunks().resize(parallelism);
        }
    }

    @Override
    public void close() {
        ofQuestions.close();
    }
}
