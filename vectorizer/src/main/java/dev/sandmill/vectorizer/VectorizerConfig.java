package dev.sandmill.vectorizer;

import java.nio.file.Path;
import java.util.Optional;

/// Where the index is and how hard it may work.
///
/// @param directory the index's folder, owned by one process at a time
/// @param embedder `minilm`, `static` or `openai`
/// @param remote the endpoint that `openai` asks
/// @param pinecone searches the vectors; empty has Lucene do it
/// @param embedding how the model is asked, until that is changed
/// @param maxFileBytes above which a file is not source
public record VectorizerConfig(
        Path directory,
        String embedder,
        Optional<RemoteEndpoint> remote,
        Optional<PineconeIndex> pinecone,
        EmbeddingBounds embedding,
        long maxFileBytes) {
    public VectorizerConfig {
        if (maxFileBytes < 1) {
            throw new IllegalArgumentException("maxFileBytes has to be at least 1, not " + maxFileBytes);
        }
    }

    public static VectorizerConfig in(Path directory) {
        return new VectorizerConfig(
                directory,
                "minilm",
                Optional.empty(),
                Optional.empty(),
                new EmbeddingBounds(
                        Runtime.getRuntime().availableProcessors(), 64, EmbeddingBounds.DEFAULT_BATCH_TOKENS),
                1L << 20);
    }
}
