package dev.sandmill.backplane.documents;

import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A collection of small JSON texts by key. Reads see the latest write of any process.
public interface Documents {
    boolean putIfAbsent(String key, String json);

    void put(String key, String json);

    /// Replaces a document by what the function makes of it, again if another process was faster; empty where
    /// there is none.
    Optional<String> update(String key, UnaryOperator<String> change);

    Optional<String> get(String key);

    Map<String, String> all();

    boolean remove(String key);
}
