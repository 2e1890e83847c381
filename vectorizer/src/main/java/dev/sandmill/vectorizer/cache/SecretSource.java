package dev.sandmill.vectorizer.cache;

import java.util.Optional;

/// The secret that keys of cached vectors are made with, the same for every process that shares the cache. It
/// may be lost at any time, at the price of the cache's content. Never throws.
@FunctionalInterface
public interface SecretSource {
    int MIN_BYTES = 32;

    /// At least [#MIN_BYTES]; empty while it cannot be had: then the cache is not used.
    Optional<byte[]> secret();
}
