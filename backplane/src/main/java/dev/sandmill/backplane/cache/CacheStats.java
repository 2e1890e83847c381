package dev.sandmill.backplane.cache;

/// Counts since this process started, and this process's share of memory.
public record CacheStats(
        long localHits, long redisHits, long misses, long writes, long failures, long localEntries, long localBytes) {}
