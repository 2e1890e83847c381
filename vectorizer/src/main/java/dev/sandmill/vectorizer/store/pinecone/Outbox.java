package dev.sandmill.vectorizer.store.pinecone;

import io.pinecone.proto.Vector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What Pinecone has yet to hear of one partition: vectors to store, which goes at once, and vectors to forget, which
/// waits for the commit, since searches see the last one. Thread-safe.
final class Outbox {
    /// Pinecone's limits for one call are 1,000 vectors and 2 MB.
    static final int MAX_CALL_VECTORS = 1_000;

    static final int MAX_CALL_BYTES = 1_900_000;

    /// Waits here at most, while Pinecone takes nothing.
    static final int MAX_BYTES = 32 << 20;

    private final Map<String, Vector> vectors = new LinkedHashMap<>();
    private final Set<String> doomed = new LinkedHashSet<>();
    private long bytes;

    synchronized boolean isFull() {
        return bytes > MAX_BYTES;
    }

    synchronized void store(Collection<Vector> added) {
        for (Vector vector : added) {
            doomed.remove(vector.getId());
            Vector before = vectors.put(vector.getId(), vector);
            bytes += sizeOf(vector) - (before == null ? 0 : sizeOf(before));
        }
    }

    synchronized void keep(Collection<String> names) {
        names.forEach(doomed::remove);
    }

    synchronized void forget(Collection<String> names) {
        for (String name : names) {
            Vector unsent = vectors.remove(name);
            bytes -= unsent == null ? 0 : sizeOf(unsent);
            doomed.add(name);
        }
    }

    /// Takes out what fills a call, or, where `all` is asked for, what is there for one more; empty where that is
    /// nothing. What could not be sent has to be given back with [#putBack].
    synchronized List<Vector> take(boolean all) {
        List<Vector> call = new ArrayList<>();
        int size = 0;
        boolean full = false;
        for (Vector vector : vectors.values()) {
            size += sizeOf(vector);
            full = !call.isEmpty() && (size > MAX_CALL_BYTES || call.size() == MAX_CALL_VECTORS);
            if (full) {
                break;
            }
            call.add(vector);
        }
        if (!full && !all) {
            return List.of();
        }
        for (Vector vector : call) {
            vectors.remove(vector.getId());
            bytes -= sizeOf(vector);
        }
        return call;
    }

    /// What was changed meanwhile stays as it is now.
    synchronized void putBack(List<Vector> unsent) {
        for (Vector vector : unsent) {
            if (!doomed.contains(vector.getId()) && vectors.putIfAbsent(vector.getId(), vector) == null) {
                bytes += sizeOf(vector);
            }
        }
    }

    synchronized Set<String> doomed() {
        return new HashSet<>(doomed);
    }

    synchronized void forgotten(Collection<String> names) {
        names.forEach(doomed::remove);
    }

    /// In a message: with its tag and length.
    private static int sizeOf(Vector vector) {
        return vector.getSerializedSize() + 8;
    }
}
