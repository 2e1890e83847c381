package dev.sandmill.backplane.cache;

import java.util.concurrent.atomic.LongAdder;

/// What a namespace counts. Thread-safe.
final class Counts {
    final LongAdder localHits = new LongAdder();
    final LongAdder redisHits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder negativeHits = new LongAdder();
    final LongAdder coalesced = new LongAdder();
    final LongAdder staleServed = new LongAdder();
    final LongAdder writes = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder invalidated = new LongAdder();
    final LongAdder evictedByQuota = new LongAdder();

    CacheStats stats(LocalTier.Share local, long invalidationsReceived) {
        long hits = localHits.sum() + redisHits.sum();
        long asked = hits + misses.sum() + negativeHits.sum();
        return new CacheStats(
                localHits.sum(),
                redisHits.sum(),
                misses.sum(),
                asked == 0 ? 0 : (double) hits / asked,
                negativeHits.sum(),
                coalesced.sum(),
                staleServed.sum(),
                writes.sum(),
                failures.sum(),
                invalidated.sum(),
                invalidationsReceived,
                local.entries(),
                local.bytes(),
                local.evictedBySize(),
                local.evictedByTime(),
                evictedByQuota.sum());
    }
}
