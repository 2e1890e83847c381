package dev.sandmill.backplane.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.RedisServer;
import io.lettuce.core.KeyValue;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class BlockingReaderIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void nothingButItsEndEndsIt() {
        List<String> taken = new CopyOnWriteArrayList<>();
        AtomicInteger failures = new AtomicInteger();
        try (RedisServer redis = RedisServer.start();
                RedisConnections connections = new RedisConnections(redis.uri(), PATIENCE)) {
            RedisLink<String> link = connections.link(StringCodec.UTF8);
            BlockingReader reader = new BlockingReader(
                    link,
                    "a list",
                    () -> {
                        KeyValue<String, String> one = link.call(commands -> commands.blpop(1, "list"), PATIENCE);
                        if (one != null && one.hasValue()) {
                            taken.add(one.getValue());
                            if (one.getValue().equals("bug")) {
                                throw new IllegalStateException("cannot be handled");
                            }
                        }
                    },
                    failures::incrementAndGet);
            reader.start();
            redis.cli("RPUSH", "list", "bug", "after a bug");
            Awaitility.await().until(() -> taken.contains("after a bug"));
            assertThat(failures).hasValue(1);

            redis.cli("SET", "list", "no list");
            Awaitility.await().until(() -> failures.get() > 1);
            redis.cli("DEL", "list");
            redis.cli("RPUSH", "list", "after a refusal");
            Awaitility.await().until(() -> taken.contains("after a refusal"));

            int before = failures.get();
            redis.kill();
            Awaitility.await().until(() -> failures.get() > before);
            redis.restart();
            redis.cli("RPUSH", "list", "after a crash");
            Awaitility.await().until(() -> taken.contains("after a crash"));

            reader.close();
            redis.cli("RPUSH", "list", "after the end");
            assertThat(redis.cli("LLEN", "list")).isEqualTo("1");
        }
        assertThat(taken).containsExactly("bug", "after a bug", "after a refusal", "after a crash");
    }
}
