package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.cache.VectorCache;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A cache that keeps everything until told otherwise.
final class InMemoryVectorCache implements VectorCache {
    final Map<String, byte[]> values = new ConcurrentHashMap<>();

    @Override
    public Map<String, byte[]> getAll(Collection<String> keys) {
        Map<String, byte[]> found = new HashMap<>();
        for (String key : keys) {
            byte[] value = values.get(key);
            if (value != null) {
                found.put(key, value);
            }
        }
        return found;
    }

    @Override
    public void putAll(Map<String, byte[]> encodedVectors) {
        values.putAll(encodedVectors);
    }
}
