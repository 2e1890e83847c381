package dev.sandmill.orchestrator.caches;

import dev.sandmill.backplane.cache.ByteCache;
import dev.sandmill.vectorizer.cache.VectorCache;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;

/// Encoded vectors, under the keys that the vectorizer makes.
public final class StoredVectors implements VectorCache {
    private final ByteCache cache;
    private final Supplier<Duration> ttl;

    public StoredVectors(ByteCache cache, Supplier<Duration> ttl) {
        this.cache = cache;
        this.ttl = ttl;
    }

    @Override
    public Map<String, byte[]> getAll(Collection<String> keys) {
        return cache.getAll(keys);
    }

    @Override
    public void putAll(Map<String, byte[]> encodedVectors) {
        cache.putAll(encodedVectors, ttl.get());
    }
}
