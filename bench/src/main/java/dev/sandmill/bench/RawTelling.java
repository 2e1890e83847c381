package dev.sandmill.bench;

import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/// What it takes with Lettuce alone to remove keys so that others hear of it: the removal and one entry of
/// a stream that names them, sent together, and as many who follow that stream as follow ours.
final class RawTelling implements AutoCloseable {
    private static final String STREAM = "raw:removed";
    private static final int FOLLOWERS = 2;
    private static final Duration BLOCK = Duration.ofSeconds(1);

    private final StatefulRedisConnection<String, byte[]> lettuce;
    private final List<StatefulRedisConnection<String, String>> connections;
    private final LongAdder heard = new LongAdder();
    private volatile boolean closed;

    RawTelling(RedisClient client, StatefulRedisConnection<String, byte[]> lettuce) {
        this.lettuce = lettuce;
        this.connections =
                IntStream.range(0, FOLLOWERS).mapToObj(_ -> client.connect()).toList();
        connections.forEach(
                connection -> Thread.ofPlatform().daemon().name("raw-follower").start(() -> follow(connection)));
    }

    long remove(String[] keys) {
        RedisFuture<Long> removed = lettuce.async().unlink(keys);
        RedisFuture<String> told = lettuce.async()
                .xadd(
                        STREAM,
                        XAddArgs.Builder.maxlen(10_000).approximateTrimming(),
                        Map.of("keys", String.join("\0", keys).getBytes(StandardCharsets.UTF_8)));
        if (!LettuceFutures.awaitAll(10, TimeUnit.SECONDS, removed, told)) {
            throw new IllegalStateException("Redis did not answer within 10 s");
        }
        return removed.toCompletableFuture().join();
    }

    /// How many keys those who follow have heard of, all together.
    long heard() {
        return heard.sum();
    }

    @SuppressWarnings("unchecked")
    private void follow(StatefulRedisConnection<String, String> connection) {
        String after = "$";
        while (!closed) {
            try {
                for (StreamMessage<String, String> entry : connection
                        .sync()
                        .xread(XReadArgs.Builder.block(BLOCK), XReadArgs.StreamOffset.from(STREAM, after))) {
                    heard.add(entry.getBody().getOrDefault("keys", "").split("\0", -1).length);
                    after = entry.getId();
                }
            } catch (RedisException closing) {
                if (!closed) {
                    throw closing;
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        connections.forEach(StatefulRedisConnection::close);
    }
}
