package dev.sandmill.vectorizer.store.pinecone;

import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Partition;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Partitions of which Pinecone brought fewer vectors than there are: it has not taken them in yet, or has lost them.
/// Until it brings enough, files that are written send all their vectors again. Thread-safe.
final class Shortages {
    private record Short(Fidelity fidelity, Partition partition) {}

    private final Set<Short> known = ConcurrentHashMap.newKeySet();

    /// @return whether that is news
    boolean met(Fidelity fidelity, Collection<Partition> partitions) {
        return known.addAll(of(fidelity, partitions));
    }

    void over(Fidelity fidelity, Collection<Partition> partitions) {
        of(fidelity, partitions).forEach(known::remove);
    }

    boolean has(Partition partition) {
        return Arrays.stream(Fidelity.values()).anyMatch(fidelity -> known.contains(new Short(fidelity, partition)));
    }

    private static List<Short> of(Fidelity fidelity, Collection<Partition> partitions) {
        return partitions.stream()
                .map(partition -> new Short(fidelity, partition))
                .toList();
    }
}
