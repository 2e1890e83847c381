package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.store.Held;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.VectorStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the store held of a batch's files before the batch. Its vectors save embedding what an edit left as it was,
/// and what was moved, even where the cache has forgotten everything. For one batch and one thread.
final class HeldVectors {
    private static final int MAX_VECTORS = 10_000;

    private final VectorStore store;
    private final Partition partition;
    private final Map<String, List<String>> fingerprintsOfPath = new HashMap<>();
    private final Map<String, float[]> vectors = new HashMap<>();

    HeldVectors(VectorStore store, Partition partition) {
        this.store = store;
        this.partition = partition;
    }

    /// Fingerprints of the chunks that the file had, one for each chunk.
    List<String> fingerprints(String path) {
        return fingerprintsOfPath.computeIfAbsent(path, this::read);
    }

    private List<String> read(String path) {
        List<Held> held = store.held(partition, path);
        for (Held chunk : held) {
            if (vectors.size() < MAX_VECTORS) {
                vectors.put(chunk.fingerprint(), chunk.vector());
            }
        }
        return held.stream().map(Held::fingerprint).toList();
    }

    boolean has(String fingerprint) {
        return vectors.containsKey(fingerprint);
    }

    /// The held vector, or else the one that was looked up or made.
    float[] orElse(String fingerprint, VectorSource.Vectors others) {
        float[] vector = vectors.get(fingerprint);
        return vector == null ? others.of(fingerprint) : vector;
    }
}
