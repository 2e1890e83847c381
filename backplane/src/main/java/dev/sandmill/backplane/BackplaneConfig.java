package dev.sandmill.backplane;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Where Redis is and how much may be asked of it.
///
/// @param redis `redis://` or `rediss://`, password and database included; never logged as it is
/// @param queueCapacity jobs that may wait at a time, over all tenants
/// @param resultTtl how long a finished job, its outcome and its events stay readable
/// @param commandTimeout after which a call counts as unanswered
/// @param localCacheBytes this process's tier of all caches together
/// @param redisCa with `rediss://`: whose certificate Redis has to show, as PEM; empty is one that Java knows
public record BackplaneConfig(
        URI redis,
        long queueCapacity,
        Duration resultTtl,
        Duration commandTimeout,
        long localCacheBytes,
        Optional<Path> redisCa) {
    public BackplaneConfig(
            URI redis, long queueCapacity, Duration resultTtl, Duration commandTimeout, long localCacheBytes) {
        this(redis, queueCapacity, resultTtl, commandTimeout, localCacheBytes, Optional.empty());
    }

    public BackplaneConfig {
        if (queueCapacity < 1) {
            throw new IllegalArgumentException("queueCapacity has to be at least 1, not " + queueCapacity);
        }
    }

    public static BackplaneConfig at(URI redis) {
        return new BackplaneConfig(redis, 100_000, Duration.ofHours(24), Duration.ofSeconds(3), 64L << 20);
    }

    @Override
    public String toString() {
        return "BackplaneConfig[redis=" + redis.getScheme() + "://" + redis.getHost() + ":" + redis.getPort()
                + ", queueCapacity=" + queueCapacity + "]";
    }
}
