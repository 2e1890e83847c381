package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.cache.SecretSource;
import dev.sandmill.vectorizer.cache.VectorCache;
import java.util.List;
import java.util.Set;

/// Embeds files' chunks into the shared cache, for whoever has the index. Needs no index and no disk; as many as wanted
/// may work at the same time. Thread-safe.
public interface ChunkEmbedder extends AutoCloseable {
    /// Loads the model and nothing else.
    ///
    /// @throws IllegalArgumentException for an embedder that this version does not have
    static ChunkEmbedder open(VectorizerConfig config, VectorCache cache, SecretSource secrets) {
        return EmbeddingEngine.start(config, cache, secrets);
    }

    /// Makes the cache know the vectors of these files' chunks. What it knows already is not embedded again;
    /// a text that fails fails its file alone.
    ///
    /// @param wanted fingerprints, or starts of them, of the chunks that are needed; none for all
    ///
    /// @throws IllegalStateException where the cache cannot be shared now
    EmbeddedBatch warm(String tenant, List<FileChange.Put> files, Set<String> wanted) throws InterruptedException;

    /// Changes how the model is asked.
    void bound(EmbeddingBounds bounds);

    @Override
    void close();
}
