package dev.sandmill.backplane;

import dev.sandmill.backplane.redis.RedisLink;
import io.lettuce.core.ScriptOutputType;
import java.security.SecureRandom;
import java.util.HexFormat;

/// The bounds of the queue, written into Redis so that submissions of foreign clients keep them too.
final class QueueSetup {
    private final String key;
    private final String capacity;
    private final String resultTtlMillis;

    QueueSetup(BackplaneConfig config, String key) {
        this.key = key;
        this.capacity = Long.toString(config.queueCapacity());
        this.resultTtlMillis = Long.toString(config.resultTtl().toMillis());
    }

    void apply(RedisLink<String> link) {
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        String[] arguments = {capacity, resultTtlMillis, HexFormat.of().formatHex(salt)};
        link.<String>call(
                redis -> redis.fcall("sandmill_configure", ScriptOutputType.STATUS, new String[] {key}, arguments));
    }
}
