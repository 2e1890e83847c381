package dev.sandmill.backplane.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// This process's tier, which all namespaces share, bounded in bytes and in entries. Thread-safe.
///
/// The library bounds by weight alone. An entry weighs its bytes, or the share that lets no more than the allowed
/// number of entries in, whichever is more; so both bounds hold.
final class LocalTier {
    /// What an entry costs beside its key and value.
    private static final int ENTRY_OVERHEAD_BYTES = 100;

    private final Clock clock;
    private final Cache<LocalKey, StoredValue> entries;
    private final Policy.Eviction<LocalKey, StoredValue> bound;
    private final ConcurrentHashMap<String, Evictions> evictions = new ConcurrentHashMap<>();
    private volatile int least = 1;

    private record Evictions(LongAdder bySize, LongAdder byTime) {}

    /// What a namespace has here.
    record Share(long entries, long bytes, long evictedBySize, long evictedByTime) {}

    LocalTier(Clock clock, long maxBytes, long maxEntries) {
        this.clock = clock;
        this.entries = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher(this::weigh)
                .expireAfter(Expiry.<LocalKey, StoredValue>writing((_, value) -> value.left(clock)))
                .evictionListener(this::evicted)
                .build();
        this.bound = entries.policy().eviction().orElseThrow();
        resize(maxBytes, maxEntries);
    }

    @Nullable
    StoredValue get(LocalKey key) {
        return entries.getIfPresent(key);
    }

    /// The value without its being counted as used.
    boolean contains(LocalKey key) {
        return entries.policy().getIfPresentQuietly(key) != null;
    }

    void put(LocalKey key, StoredValue value) {
        entries.put(key, value);
    }

    void drop(LocalKey key) {
        entries.invalidate(key);
    }

    void drop(Predicate<LocalKey> which) {
        entries.asMap().keySet().removeIf(which);
    }

    void dropAll() {
        entries.invalidateAll();
    }

    void resize(long maxBytes, long maxEntries) {
        int share = Math.clamp(Math.ceilDiv(maxBytes, maxEntries), 1, Integer.MAX_VALUE);
        boolean weighAnew = share != least;
        least = share;
        bound.setMaximum(maxBytes);
        if (weighAnew) {
            entries.asMap().keySet().forEach(key -> entries.asMap().computeIfPresent(key, (_, value) -> value));
        }
    }

    /// The most used keys, the hottest first.
    List<LocalKey> hottest(int atMost) {
        return List.copyOf(bound.hottest(atMost).keySet());
    }

    Share share(String namespace) {
        long count = 0;
        long bytes = 0;
        for (var entry : entries.asMap().entrySet()) {
            if (entry.getKey().namespace().equals(namespace)) {
                count++;
                bytes += bytes(entry.getKey(), entry.getValue());
            }
        }
        Evictions evicted = evictions(namespace);
        return new Share(count, bytes, evicted.bySize().sum(), evicted.byTime().sum());
    }

    private Evictions evictions(String namespace) {
        return evictions.computeIfAbsent(namespace, _ -> new Evictions(new LongAdder(), new LongAdder()));
    }

    private void evicted(@Nullable LocalKey key, @Nullable StoredValue value, RemovalCause cause) {
        if (key != null) {
            Evictions counts = evictions(key.namespace());
            (cause == RemovalCause.EXPIRED ? counts.byTime() : counts.bySize()).increment();
        }
    }

    private int weigh(LocalKey key, StoredValue value) {
        return Math.clamp(bytes(key, value), least, Integer.MAX_VALUE);
    }

    private static long bytes(LocalKey key, StoredValue value) {
        return 2L * (key.namespace().length() + key.key().length()) + value.bytes().length + ENTRY_OVERHEAD_BYTES;
    }
}
