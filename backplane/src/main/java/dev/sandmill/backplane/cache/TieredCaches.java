package dev.sandmill.backplane.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.sandmill.backplane.redis.RedisLink;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// All caches of a process: they share one local tier, weighed in bytes, and one breaker in front of Redis.
public final class TieredCaches implements AutoCloseable {
    /// What an entry costs beside its key and value.
    private static final int ENTRY_OVERHEAD_BYTES = 100;

    private final Cache<LocalKey, LocalValue> local;
    private final RedisTier redis;
    private final Invalidations invalidations;
    private final Removals removals;
    private final ConcurrentMap<String, TieredCache> caches = new ConcurrentHashMap<>();

    /// @param blockingLink for the invalidations alone
    public TieredCaches(RedisLink<byte[]> link, RedisLink<String> blockingLink, long localBytes) {
        this.redis = new RedisTier(link);
        this.local = Caffeine.newBuilder()
                .maximumWeight(localBytes)
                .weigher(TieredCaches::weigh)
                .expireAfter(Expiry.<LocalKey, LocalValue>writing((_, value) -> value.ttl()))
                .build();
        this.invalidations = new Invalidations(blockingLink, local);
        this.removals = new Removals(redis, invalidations);
    }

    public ByteCache cache(String namespace) {
        return caches.computeIfAbsent(namespace, name -> new TieredCache(name, local, redis, invalidations, removals));
    }

    static int weigh(LocalKey key, LocalValue value) {
        long bytes = 2L * (key.namespace().length() + key.key().length()) + value.bytes().length + ENTRY_OVERHEAD_BYTES;
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    @Override
    public void close() {
        removals.close();
        invalidations.close();
    }
}
