package dev.sandmill.backplane.cache;

/// Counts since this process started, and this process's share of memory.
///
/// @param hitRate of what was asked for, the part that either tier had; 0 before the first question
/// @param negativeHits answered with a remembered "there is none"; not among the hits
/// @param coalesced questions that waited for another's answer instead of working it out
/// @param staleServed answered from this process while Redis was away
/// @param invalidationsReceived of other processes, over all namespaces
/// @param redisEvictedByQuota entries that had to go since their owner had no room
public record CacheStats(
        long localHits,
        long redisHits,
        long misses,
        double hitRate,
        long negativeHits,
        long coalesced,
        long staleServed,
        long writes,
        long failures,
        long invalidated,
        long invalidationsReceived,
        long localEntries,
        long localBytes,
        long localEvictedBySize,
        long localEvictedByTime,
        long redisEvictedByQuota) {}
