package dev.sandmill.backplane.cache;

import dev.sandmill.backplane.redis.RedisLink;
import dev.sandmill.backplane.redis.StreamTail;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/// What other processes changed, dropped from this one's local tier. A stream carries it, so that nothing is missed
/// while a connection is down; where something may have been, the local tier starts empty.
///
/// The epochs guard against late fills: a value that was read before it was changed, here or elsewhere, must not be
/// kept after it.
final class Invalidations implements AutoCloseable {
    static final String STREAM = "c:invalidations";
    private static final int STREAM_LENGTH = 10_000;
    private static final int STRIPES = 1 << 12;

    private final LocalTier local;
    private final AtomicLongArray epochs = new AtomicLongArray(STRIPES);
    private final String origin = UUID.randomUUID().toString();
    private final LongAdder received = new LongAdder();
    private final StreamTail tail;

    Invalidations(RedisLink<String> blockingLink, LocalTier local) {
        this.local = local;
        this.tail = new StreamTail(blockingLink, STREAM, this::apply, this::forgetAll);
        tail.start();
    }

    String origin() {
        return origin;
    }

    /// Whether nothing that others changed can be unknown here.
    boolean isCurrent() {
        return tail.isCurrent();
    }

    /// For how long something may be unknown here.
    Duration sinceCurrent() {
        return tail.sinceRead();
    }

    long received() {
        return received.sum();
    }

    long epoch(LocalKey key) {
        return epochs.get(stripe(key));
    }

    /// Values that were read up to now are not kept any more; answers the epoch that begins.
    long advance(LocalKey key) {
        return epochs.incrementAndGet(stripe(key));
    }

    /// Keeps a value that was read while the key had this epoch, unless it was changed since.
    void keep(LocalKey key, StoredValue value, long epoch) {
        local.put(key, value);
        if (epoch(key) != epoch) {
            local.drop(key);
        }
    }

    /// Keeps a value that Redis has taken from here, if nothing else was heard of the key since this epoch began; and
    /// what was read from Redis meanwhile is not kept over it.
    void settle(LocalKey key, StoredValue value, long epoch) {
        if (epochs.compareAndSet(stripe(key), epoch, epoch + 1)) {
            keep(key, value, epoch + 1);
        } else {
            local.drop(key);
        }
    }

    /// Drops a key that is being changed, and what is read of it up to now.
    void forget(LocalKey key) {
        advance(key);
        local.drop(key);
    }

    /// Tells all other processes; says whether that is certain.
    boolean announce(RedisTier redis, String namespace, List<String> keys) {
        return redis.askAll(commands -> new CompletableFuture<?>[] {announcement(commands, namespace, keys)});
    }

    /// Sends the same to be waited for together with other commands.
    CompletableFuture<String> announcement(
            RedisAsyncCommands<String, byte[]> commands, String namespace, List<String> keys) {
        return add(commands, namespace, KeysField.of(keys));
    }

    boolean announcePrefix(RedisTier redis, String namespace, String prefix) {
        return redis.askAll(commands ->
                new CompletableFuture<?>[] {add(commands, namespace, Map.of("p", bytes(prefix)))});
    }

    private CompletableFuture<String> add(
            RedisAsyncCommands<String, byte[]> commands, String namespace, Map<String, byte[]> what) {
        Map<String, byte[]> entry = new HashMap<>(what);
        entry.put("n", bytes(namespace));
        entry.put("o", bytes(origin));
        return commands.xadd(STREAM, XAddArgs.Builder.maxlen(STREAM_LENGTH).approximateTrimming(), entry)
                .toCompletableFuture();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void apply(Map<String, String> entry) {
        if (origin.equals(entry.get("o"))) {
            return;
        }
        received.increment();
        String namespace = entry.getOrDefault("n", "");
        String prefix = entry.get("p");
        if (prefix != null) {
            forgetPrefix(namespace, prefix);
            return;
        }
        KeysField.forEach(entry, key -> forget(new LocalKey(namespace, key)));
    }

    /// Drops what this process has of these keys.
    void forgetPrefix(String namespace, String prefix) {
        advanceAll();
        local.drop(key -> key.namespace().equals(namespace) && key.key().startsWith(prefix));
    }

    private void forgetAll() {
        advanceAll();
        local.dropAll();
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
