package dev.sandmill.backplane.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.RedisServer;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FunctionLibraryIT {
    private static void ensure(RedisServer redis) {
        try (RedisConnections connections = new RedisConnections(redis.uri(), Duration.ofSeconds(20));
                RedisLink<String> link = connections.link(StringCodec.UTF8)) {
            new FunctionLibrary(_ -> {}).ensure(link);
        }
    }

    private static String load(RedisServer redis, String version) {
        return redis.cli(
                "FUNCTION",
                "LOAD",
                "REPLACE",
                "#!lua name=sandmill\nredis.register_function{function_name="
                        + "'sandmill_version',callback=function() return '" + version + "' end,flags={'no-writes'}}");
    }

    @Test
    void anOlderLibraryIsReplacedAndALaterOneIsLeftAlone() {
        try (RedisServer redis = RedisServer.start()) {
            load(redis, "0-older");
            ensure(redis);
            String ours = redis.cli("FCALL_RO", "sandmill_version", "0");
            assertThat(ours).matches("[1-9]\\d*-[0-9a-f]{16}");
            load(redis, "99999-later");
            ensure(redis);
            assertThat(redis.cli("FCALL_RO", "sandmill_version", "0")).isEqualTo("99999-later");
        }
    }
}
