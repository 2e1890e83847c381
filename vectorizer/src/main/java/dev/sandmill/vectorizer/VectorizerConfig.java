package dev.sandmill.vectorizer;

import java.nio.file.Path;

/// Where the index is and how hard it may work.
///
/// @param directory the index's folder, owned by one process at a time
/// @param embedder `minilm`
/// @param parallelism texts embedded at a time
/// @param batchSize chunks per embedding call and per cache round trip
/// @param maxFileBytes above which a file is not source
public record VectorizerConfig(Path directory, String embedder, int parallelism, int batchSize, long maxFileBytes) {
    public static VectorizerConfig in(Path directory) {
        return new VectorizerConfig(directory, "minilm", Runtime.getRuntime().availableProcessors(), 64, 1L << 20);
    }
}
