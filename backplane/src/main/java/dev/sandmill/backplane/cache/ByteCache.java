package dev.sandmill.backplane.cache;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// A namespace of values that may be forgotten at any time. Never throws for Redis's sake. Values are not to be
/// changed by the caller, before or after.
public interface ByteCache {
    Optional<byte[]> get(String key);

    /// What this process knows by itself, without asking Redis.
    Optional<byte[]> peek(String key);

    /// The known ones of these keys, in one round trip for each few hundred.
    Map<String, byte[]> getAll(Collection<String> keys);

    /// The value, worked out where nobody knows it, by one caller at a time: others of this process wait for its
    /// answer, those of other processes look for it until the loader has had ten seconds. An empty answer is kept
    /// too, for the second of the two times. What the loader throws, everyone gets who waited for it here; it is
    /// not remembered.
    Optional<byte[]> getOrLoad(String key, Duration ttl, Duration absentTtl, Supplier<Optional<byte[]>> loader);

    void put(String key, byte[] value, Duration ttl);

    void putAll(Map<String, byte[]> values, Duration ttl);

    void remove(Collection<String> keys);

    /// Removes every key that starts so, all of them for an empty text, and says how many Redis had.
    long removePrefix(String prefix);

    /// Removes what is meant, and says how many Redis had. Values here have no tags. Where Redis does not confirm it,
    /// that is a [dev.sandmill.backplane.redis.RedisUnavailable], since somebody counts on it.
    long invalidate(Selection selection);

    CacheStats stats();
}
