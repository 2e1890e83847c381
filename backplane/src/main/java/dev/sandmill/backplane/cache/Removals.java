package dev.sandmill.backplane.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removals, and those that Redis still owes: a removal that Redis did not confirm is repeated until it does, and until
/// then this process takes the key for gone.
final class Removals implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Removals.class);
    private static final int MAX_OWED = 10_000;
    private static final int BATCH = 256;
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final RedisTier redis;
    private final Invalidations invalidations;
    private final Set<LocalKey> owed = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean repeating = new AtomicBoolean();
    private volatile boolean closed;

    Removals(RedisTier redis, Invalidations invalidations) {
        this.redis = redis;
        this.invalidations = invalidations;
    }

    boolean isOwed(LocalKey key) {
        return !owed.isEmpty() && owed.contains(key);
    }

    /// A new value makes an older removal pointless.
    void forgive(LocalKey key) {
        if (!owed.isEmpty()) {
            owed.remove(key);
        }
    }

    boolean remove(List<LocalKey> keys) {
        if (confirmed(keys)) {
            return true;
        }
        if (owed.size() + keys.size() > MAX_OWED) {
            LOG.warn(
                    "Redis is away and {} removals wait: {} more are lost, their values stay until their time",
                    owed.size(),
                    keys.size());
            return false;
        }
        owed.addAll(keys);
        if (repeating.compareAndSet(false, true)) {
            Thread.ofVirtual().name("sandmill-removals").start(this::repeat);
        }
        return false;
    }

    /// The removal and then its announcements, sent together; where one failed, all are done again.
    private boolean confirmed(List<LocalKey> keys) {
        String[] names = keys.stream().map(LocalKey::redisKey).toArray(String[]::new);
        Map<String, List<String>> byNamespace = new HashMap<>();
        keys.forEach(key -> byNamespace
                .computeIfAbsent(key.namespace(), _ -> new ArrayList<>())
                .add(key.key()));
        return redis.askAll(commands -> {
            List<CompletableFuture<?>> answers = new ArrayList<>();
            answers.add(commands.unlink(names).toCompletableFuture());
            byNamespace.forEach(
                    (namespace, dropped) -> answers.add(invalidations.announcement(commands, namespace, dropped)));
            return answers.toArray(CompletableFuture<?>[]::new);
        });
    }

    private void repeat() {
        try {
            while (!owed.isEmpty() && !closed) {
                Thread.sleep(PAUSE);
                List<LocalKey> batch = owed.stream().limit(BATCH).toList();
                if (!batch.isEmpty() && confirmed(batch)) {
                    batch.forEach(owed::remove);
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            repeating.set(false);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
