package dev.sandmill.backplane.cache;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Entries that an owner's programs share: one writes, another reads, a third invalidates. Owners do not see
/// each other, and each has its bounds ([CacheSettings]). Reading never throws for Redis's sake; what was
/// written is in Redis or a [dev.sandmill.backplane.redis.RedisUnavailable] says that it may not be. Names
/// must not hold `/`, `{` or `}`.
public interface Notes {
    /// @param tags at most 16, of at most 128 bytes each
    @SuppressWarnings("ArrayRecordComponent")
    record Note(String key, byte[] value, Duration ttl, Collection<String> tags) {}

    /// @param stale whether it may have been changed since, because Redis is away
    @SuppressWarnings("ArrayRecordComponent")
    record Found(byte[] value, Duration left, List<String> tags, Instant storedAt, boolean stale) {}

    record Usage(long entries, long bytes) {}

    void put(String owner, String namespace, Collection<Note> notes);

    /// The known ones of these keys.
    Map<String, Found> get(String owner, String namespace, Collection<String> keys);

    /// How many of them there were.
    long remove(String owner, String namespace, Collection<String> keys);

    /// Removes an owner's notes that are meant, and says how many there were.
    ///
    /// @param namespace null is every one
    long invalidate(String owner, @Nullable String namespace, Selection selection);

    Usage usage(String owner);

    CacheStats stats();
}
