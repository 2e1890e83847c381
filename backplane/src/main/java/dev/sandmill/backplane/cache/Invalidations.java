package dev.sandmill.backplane.cache;

import com.github.benmanes.caffeine.cache.Cache;
import dev.sandmill.backplane.redis.RedisLink;
import dev.sandmill.backplane.redis.StreamTail;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Stream;

/// What other processes changed, dropped from this one's local tier. A stream carries it, so that nothing is missed
/// while
/// a connection is down; where something may have been, the local tier starts empty.
///
/// The epochs guard against late fills: a value that was read before its invalidation came must not be kept after it.
final class Invalidations implements AutoCloseable {
    private static final String STREAM = "c:invalidations";
    private static final int STREAM_LENGTH = 10_000;
    private static final int STRIPES = 1 << 12;

    private final Cache<LocalKey, LocalValue> local;
    private final AtomicLongArray epochs = new AtomicLongArray(STRIPES);
    private final String origin = UUID.randomUUID().toString();
    private final StreamTail tail;

    Invalidations(RedisLink<String> blockingLink, Cache<LocalKey, LocalValue> local) {
        this.local = local;
        this.tail = new StreamTail(blockingLink, STREAM, this::apply, this::forgetAll);
        tail.start();
    }

    long epoch(LocalKey key) {
        return epochs.get(stripe(key));
    }

    /// Keeps a value that was read while the key had this epoch, unless it was invalidated since.
    void keep(LocalKey key, LocalValue value, long epoch) {
        local.put(key, value);
        if (epoch(key) != epoch) {
            local.invalidate(key);
        }
    }

    /// Tells all other processes; says whether that is certain.
    boolean announce(RedisTier redis, Stream<LocalKey> keys) {
        return redis.askAll(commands -> keys.map(key -> announce(commands, key.namespace(), "k", key.key()))
                .toArray(CompletableFuture<?>[]::new));
    }

    boolean announcePrefix(RedisTier redis, String namespace, String prefix) {
        return redis.askAll(commands -> new CompletableFuture<?>[] {announce(commands, namespace, "p", prefix)});
    }

    private CompletableFuture<String> announce(
            RedisAsyncCommands<String, byte[]> commands, String namespace, String what, String text) {
        return commands.xadd(
                        STREAM,
                        XAddArgs.Builder.maxlen(STREAM_LENGTH).approximateTrimming(),
                        Map.of("n", bytes(namespace), what, bytes(text), "o", bytes(origin)))
                .toCompletableFuture();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void apply(Map<String, String> entry) {
        if (origin.equals(entry.get("o"))) {
            return;
        }
        String namespace = entry.getOrDefault("n", "");
        String prefix = entry.get("p");
        if (prefix != null) {
            forgetPrefix(namespace, prefix);
            return;
        }
        LocalKey key = new LocalKey(namespace, entry.getOrDefault("k", ""));
        epochs.incrementAndGet(stripe(key));
        local.invalidate(key);
    }

    /// Drops what this process has of these keys.
    void forgetPrefix(String namespace, String prefix) {
        advanceAll();
        local.asMap()
                .keySet()
                .removeIf(key -> key.namespace().equals(namespace) && key.key().startsWith(prefix));
    }

    private void forgetAll() {
        advanceAll();
        local.invalidateAll();
    }

    private void advanceAll() {
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            epochs.incrementAndGet(stripe);
        }
    }

    private static int stripe(LocalKey key) {
        int hash = key.hashCode();
        return (hash ^ (hash >>> 16)) & (STRIPES - 1);
    }

    @Override
    public void close() {
        tail.close();
    }
}
