package dev.sandmill.vectorizer;

import java.nio.file.Path;
import java.util.Optional;

/// Where the index is and how hard it may work.
///
/// @param directory the index's folder, owned by one process at a time
/// @param embedder `minilm`, `static` or `openai`
/// @param remote the endpoint that `openai` asks
/// @param parallelism texts embedded at a time
/// @param batchSize chunks per embedding call and per cache round trip
/// @param maxFileBytes above which a file is not source
public record VectorizerConfig(
        Path directory,
        String embedder,
        Optional<RemoteEndpoint> remote,
        int parallelism,
        int batchSize,
        long maxFileBytes) {
    private static final int MAX_PARALLELISM = 256;
    private static final int MAX_BATCH_SIZE = 2048;

    public VectorizerConfig {
        if (parallelism < 1 || parallelism > MAX_PARALLELISM) {
            throw new IllegalArgumentException(
                    "parallelism has to be 1 to " + MAX_PARALLELISM + ", not " + parallelism);
        }
        if (batchSize < 1 || batchSize > MAX_BATCH_SIZE) {
            throw new IllegalArgumentException("batchSize has to be 1 to " + MAX_BATCH_SIZE + ", not " + batchSize);
        }
        if (maxFileBytes < 1) {
            throw new IllegalArgumentException("maxFileBytes has to be at least 1, not " + maxFileBytes);
        }
    }

    public static VectorizerConfig in(Path directory) {
        return new VectorizerConfig(
                directory, "minilm", Optional.empty(), Runtime.getRuntime().availableProcessors(), 64, 1L << 20);
    }
}
