package dev.sandmill.backplane.cache;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/// A namespace of values that may be forgotten at any time. Never throws for Redis's sake. Values are not to be
/// changed by the caller, before or after.
public interface ByteCache {
    Optional<byte[]> get(String key);

    /// The known ones of these keys, in one round trip for each few hundred.
    Map<String, byte[]> getAll(Collection<String> keys);

    void put(String key, byte[] value, Duration ttl);

    void putAll(Map<String, byte[]> values, Duration ttl);

    void remove(Collection<String> keys);

    /// Removes every key that starts so, all of them for an empty text, and says how many Redis had.
    long removePrefix(String prefix);

    CacheStats stats();
}
