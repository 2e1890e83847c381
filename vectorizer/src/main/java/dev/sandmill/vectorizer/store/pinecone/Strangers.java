package dev.sandmill.vectorizer.store.pinecone;

import dev.sandmill.vectorizer.store.Partition;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Vectors at Pinecone that searches met and that were no committed rows: of an index run under way, or left over by a
/// crash. Thread-safe.
final class Strangers {
    /// More are met again.
    private static final int MOST = 20_000;

    private final Set<String> names = ConcurrentHashMap.newKeySet();

    void met(Collection<String> unknown) {
        if (names.size() < MOST) {
            names.addAll(unknown);
        }
    }

    Set<String> of(Partition partition) {
        String start = Names.partition(partition) + "-";
        return names.stream().filter(name -> name.startsWith(start)).collect(Collectors.toSet());
    }

    void gone(Collection<String> known) {
        names.removeAll(Set.copyOf(known));
    }
}
