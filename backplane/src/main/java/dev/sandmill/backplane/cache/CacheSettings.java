package dev.sandmill.backplane.cache;

import dev.sandmill.api.text.Spelled;
import java.time.Duration;

/// What may be changed while caches work.
///
/// @param localMaxBytes this process's tier, all namespaces together
/// @param localMaxEntries the same in entries
/// @param staleTime how long a note of this process is shown while Redis is away
/// @param notesMaxEntries notes that an owner may have at a time; the next to end go first
/// @param notesMaxBytes the same in bytes of keys and values
public record CacheSettings(
        long localMaxBytes, long localMaxEntries, Duration staleTime, long notesMaxEntries, long notesMaxBytes) {
    public static final CacheSettings DEFAULT =
            new CacheSettings(64L << 20, 1_000_000, Duration.ofMinutes(10), 50_000, 256L << 20);

    public CacheSettings {
        if (localMaxBytes < 1 || localMaxEntries < 1 || notesMaxEntries < 1 || notesMaxBytes < 1) {
            throw new IllegalArgumentException("every bound of a cache has to be at least 1");
        }
        if (staleTime.isNegative()) {
            throw new IllegalArgumentException("staleTime has to be at least 0, not " + Spelled.time(staleTime));
        }
    }

    public CacheSettings withLocalMaxBytes(long bytes) {
        return new CacheSettings(bytes, localMaxEntries, staleTime, notesMaxEntries, notesMaxBytes);
    }
}
