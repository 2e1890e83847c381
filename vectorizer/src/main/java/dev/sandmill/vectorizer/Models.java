package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.chunk.TokenCounter;
import dev.sandmill.vectorizer.embed.Embedder;
import dev.sandmill.vectorizer.embed.onnx.MiniLmTokens;
import dev.sandmill.vectorizer.embed.onnx.OnnxEmbedder;
import dev.sandmill.vectorizer.embed.remote.RemoteEmbedder;
import dev.sandmill.vectorizer.embed.table.StaticEmbedder;
import dev.sandmill.vectorizer.search.Ranking;

/// The models of one vectorizer. Chunks and questions may have models of their own, of one vector space.
///
/// @param tokenCounter of the model that reads the chunks
/// @param wordWeight for the ranking, beside the chunks' vectors
record Models(Embedder ofChunks, Embedder ofQuestions, TokenCounter tokenCounter, double wordWeight)
        implements AutoCloseable {
    /// `minilm`; `static`: chunks by the token table, questions by MiniLM, since that finds more; `openai`: an
    /// endpoint,
    /// whose tokens are taken to be about MiniLM's.
    static Models start(VectorizerConfig config) {
        int parallelism = config.embedding().parallelism();
        return switch (config.embedder()) {
            case "minilm" -> {
                OnnxEmbedder minilm = OnnxEmbedder.start(parallelism);
                yield new Models(minilm, minilm, minilm::countTokens, Ranking.BESIDE_MODEL);
            }
            case "static" -> {
                StaticEmbedder table = StaticEmbedder.load();
                yield new Models(table, OnnxEmbedder.start(parallelism), table::countTokens, Ranking.BESIDE_TABLE);
            }
            case "openai" -> {
                RemoteEndpoint endpoint = config.remote()
                        .orElseThrow(() -> new IllegalArgumentException("embedder 'openai' has to have an endpoint"));
                RemoteEmbedder remote =
                        RemoteEmbedder.connect(endpoint.with(parallelism, EmbeddingBounds.MAX_BATCH_SIZE));
                yield new Models(remote, remote, MiniLmTokens.load()::count, Ranking.BESIDE_MODEL);
            }
            default ->
                throw new IllegalArgumentException("embedder '" + config.embedder()
                        + "' is not supported; this version has: minilm, static, openai");
        };
    }

    void resize(int parallelism) {
        ofQuestions.resize(parallelism);
        if (ofChunks != ofQuestions) {
            ofChunks.resize(parallelism);
        }
    }

    @Override
    public void close() {
        ofQuestions.close();
        if (ofChunks != ofQuestions) {
            ofChunks.close();
        }
    }
}
