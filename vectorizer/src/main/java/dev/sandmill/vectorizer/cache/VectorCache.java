package dev.sandmill.vectorizer.cache;

import java.util.Collection;
import java.util.Map;

/// Remembers encoded vectors by key. May forget at any time; never throws.
public interface VectorCache {
    Map<String, byte[]> getAll(Collection<String> keys);

    void putAll(Map<String, byte[]> encodedVectors);
}
