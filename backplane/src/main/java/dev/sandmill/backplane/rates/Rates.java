package dev.sandmill.backplane.rates;

import java.time.Duration;

/// Buckets that are refilled evenly, one for each name, shared by all processes and kept by Redis's clock. Thread-safe.
public interface Rates {
    /// Takes one out of a bucket; zero, or how long until there is one. Throws
    /// [dev.sandmill.backplane.redis.RedisUnavailable] where Redis does not answer.
    ///
    /// @param interval until one more is in the bucket
    /// @param burst how many it holds
    Duration admit(String bucket, Duration interval, int burst);
}
