package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.WindowVectors.RowVector;
import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Held;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.VectorStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the store held of a batch's files before the batch. Its vectors save embedding what an edit left as it was,
/// and what was moved, even where the cache has forgotten everything. For one batch and one thread.
final class HeldVectors {
    private static final int MAX_VECTORS = 10_000;

    private final VectorStore store;
    private final Partition partition;
    private final Map<String, List<String>> fingerprintsOfPath = new HashMap<>();
    private final Map<String, RowVector> vectors = new HashMap<>();

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
                vectors.merge(
                        chunk.fingerprint(),
                        new RowVector(chunk.vector(), chunk.fidelity(), chunk.table()),
                        HeldVectors::better);
            }
        }
        return held.stream().map(Held::fingerprint).toList();
    }

    private static RowVector better(RowVector one, RowVector other) {
        return one.fidelity() == Fidelity.EXACT ? one : other;
    }

    /// Null where the store has none.
    @Nullable
    RowVector of(String fingerprint) {
        return vectors.get(fingerprint);
    }
}
