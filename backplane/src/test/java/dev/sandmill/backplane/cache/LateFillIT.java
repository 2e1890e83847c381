package dev.sandmill.backplane.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.redis.RedisConnections;
import dev.sandmill.backplane.testing.Ground;
import io.lettuce.core.codec.StringCodec;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// The race that the epochs are for: a value is read from Redis, is changed, the change is heard, and only then would
/// what was read be kept.
class LateFillIT {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Clock CLOCK = Clock.systemUTC();

    private static StoredValue value(int first) {
        return StoredValue.of(new byte[] {(byte) first}, HOUR, List.of(), CLOCK);
    }

    @Test
    void aValueThatWasChangedElsewhereWhileItWasReadIsNotKept() {
        try (Ground ground = Ground.open();
                RedisConnections connections =
                        new RedisConnections(ground.redis().uri(), Duration.ofSeconds(5))) {
            LocalTier local = new LocalTier(CLOCK, 1 << 20, 1000);
            LocalKey key = new LocalKey("n", "k");
            LocalKey other = new LocalKey("n", "other");
            try (Invalidations here = new Invalidations(connections.link(StringCodec.UTF8), local)) {
                Awaitility.await().until(here::isCurrent);
                long read = here.epoch(key);
                ground.backplane().cache("n").remove(List.of("k"));
                Awaitility.await().until(() -> here.received() == 1);
                here.keep(key, value(1), read);
                assertThat(local.get(key)).isNull();

                here.keep(other, value(2), here.epoch(other));
                assertThat(local.get(other)).isNotNull();
                read = here.epoch(other);
                ground.backplane().cache("n").removePrefix("");
                Awaitility.await().until(() -> here.received() == 2);
                assertThat(local.get(other)).isNull();
                here.keep(other, value(2), read);
                assertThat(local.get(other)).isNull();
            }
        }
    }

    @Test
    void aValueThatThisProcessChangedWhileItWasReadIsNotKept() {
        try (Ground ground = Ground.open();
                RedisConnections connections =
                        new RedisConnections(ground.redis().uri(), Duration.ofSeconds(5))) {
            LocalTier local = new LocalTier(CLOCK, 1 << 20, 1000);
            LocalKey key = new LocalKey("n", "k");
            try (Invalidations here = new Invalidations(connections.link(StringCodec.UTF8), local)) {
                long written = here.advance(key);
                long read = here.epoch(key);
                here.settle(key, value(2), written);
                here.keep(key, value(1), read);
                assertThat(local.get(key)).isNull();

                written = here.advance(key);
                read = here.epoch(key);
                here.keep(key, value(1), read);
                here.settle(key, value(2), written);
                assertThat(local.get(key).bytes()).containsExactly(2);

                written = here.advance(key);
                here.forget(key);
                here.settle(key, value(3), written);
                assertThat(local.get(key)).isNull();
            }
        }
    }
}
