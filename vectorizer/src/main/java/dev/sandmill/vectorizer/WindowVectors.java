package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.store.Fidelity;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The vectors of one window's chunks, by fingerprint, wherever they came from. For one thread.
final class WindowVectors {
    /// A vector and how it was made.
    ///
    /// @param table which token table made a sketch
    record RowVector(float[] numbers, Fidelity fidelity, String table) {
        static RowVector exact(float[] numbers) {
            return new RowVector(numbers, Fidelity.EXACT, "");
        }
    }

    private final Map<String, RowVector> vectors = new HashMap<>();
    private final Set<String> fresh = new HashSet<>();
    private final Map<String, String> failed = new HashMap<>();

    void known(String fingerprint, RowVector vector) {
        vectors.put(fingerprint, vector);
    }

    void made(String fingerprint, RowVector vector) {
        vectors.put(fingerprint, vector);
        fresh.add(fingerprint);
    }

    void failed(Map<String, String> reasons) {
        failed.putAll(reasons);
    }

    boolean has(String fingerprint) {
        return vectors.containsKey(fingerprint);
    }

    RowVector of(String fingerprint) {
        RowVector vector = vectors.get(fingerprint);
        if (vector == null) {
            throw new IllegalStateException("no vector was made for chunk " + fingerprint);
        }
        return vector;
    }

    /// Those made for this window.
    Set<String> fresh() {
        return fresh;
    }

    /// Why there is no vector.
    Map<String, String> failed() {
        return failed;
    }
}
