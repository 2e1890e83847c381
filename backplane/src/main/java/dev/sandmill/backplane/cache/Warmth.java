package dev.sandmill.backplane.cache;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The hottest keys of a process, left in Redis every minute and at its end, so that the next one starts with them.
/// Only names are left: the values come from Redis as they are by then.
final class Warmth implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Warmth.class);
    private static final String KEY = "c:hottest";
    private static final int MOST = 1000;
    private static final int ATTEMPTS = 20;
    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final char SEPARATOR = '\n';

    private final RedisTier redis;
    private final LocalTier local;
    private final Function<String, TieredCache> caches;
    private final Thread thread;

    Warmth(RedisTier redis, LocalTier local, Function<String, TieredCache> caches) {
        this.redis = redis;
        this.local = local;
        this.caches = caches;
        this.thread = Thread.ofVirtual().name("sandmill-warmth").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            for (int attempt = 0; attempt < ATTEMPTS && !warm(); attempt++) {
                Thread.sleep(PAUSE);
            }
            while (true) {
                Thread.sleep(PERIOD);
                leave();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether Redis answered.
    private boolean warm() {
        Optional<List<byte[]>> answer = redis.ask(commands -> commands.lrange(KEY, 0, MOST - 1));
        if (answer.isEmpty()) {
            return false;
        }
        Map<String, List<String>> names = new LinkedHashMap<>();
        for (byte[] entry : answer.get()) {
            String text = new String(entry, StandardCharsets.UTF_8);
            int cut = text.indexOf(SEPARATOR);
            if (cut > 0) {
                names.computeIfAbsent(text.substring(0, cut), _ -> new ArrayList<>())
                        .add(text.substring(cut + 1));
            }
        }
        int found = 0;
        for (Map.Entry<String, List<String>> each : names.entrySet()) {
            found += caches.apply(each.getKey()).warm(each.getValue());
        }
        if (found > 0) {
            LOG.info("{} of the hottest cache entries are here again", found);
        }
        return true;
    }

    private void leave() {
        List<byte[]> hottest = local.hottest(MOST).stream()
                .map(key -> (key.namespace() + SEPARATOR + key.key()).getBytes(StandardCharsets.UTF_8))
                .toList();
        if (hottest.isEmpty()) {
            return;
        }
        byte[][] names = hottest.toArray(byte[][]::new);
        redis.askAll(commands -> new java.util.concurrent.CompletableFuture<?>[] {
            commands.del(KEY).toCompletableFuture(),
            commands.rpush(KEY, names).toCompletableFuture(),
            commands.expire(KEY, Duration.ofDays(7)).toCompletableFuture(),
        });
    }

    @Override
    public void close() {
        thread.interrupt();
        leave();
    }
}
