package dev.sandmill.backplane.cache;

import com.github.benmanes.caffeine.cache.Cache;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.SetArgs;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// One namespace over both tiers. A value stays in this process until its own end, unless another process changes it.
final class TieredCache implements ByteCache {
    private static final int BATCH = 256;
    private static final int SCAN_STEP = 1000;

    private final String namespace;
    private final Cache<LocalKey, LocalValue> local;
    private final RedisTier redis;
    private final Invalidations invalidations;
    private final Removals removals;
    private final Clock clock = Clock.systemUTC();
    private final LongAdder localHits = new LongAdder();
    private final LongAdder redisHits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final LongAdder failures = new LongAdder();

    TieredCache(
            String namespace,
            Cache<LocalKey, LocalValue> local,
            RedisTier redis,
            Invalidations invalidations,
            Removals removals) {
        this.namespace = namespace;
        this.local = local;
        this.redis = redis;
        this.invalidations = invalidations;
        this.removals = removals;
    }

    @Override
    public Optional<byte[]> get(String key) {
        return Optional.ofNullable(getAll(List.of(key)).get(key));
    }

    @Override
    public Map<String, byte[]> getAll(Collection<String> keys) {
        Map<String, byte[]> found = new HashMap<>();
        List<String> unknown = new ArrayList<>();
        for (String key : keys) {
            LocalValue value = local.getIfPresent(local(key));
            if (value != null) {
                found.put(key, value.bytes());
            } else if (removals.isOwed(local(key))) {
                misses.increment();
            } else {
                unknown.add(key);
            }
        }
        localHits.add(found.size());
        for (List<String> batch : batches(unknown)) {
            fetch(batch, found);
        }
        return found;
    }

    private void fetch(List<String> keys, Map<String, byte[]> found) {
        String[] names = keys.stream().map(this::name).toArray(String[]::new);
        long[] epochs =
                keys.stream().mapToLong(key -> invalidations.epoch(local(key))).toArray();
        Optional<List<KeyValue<String, byte[]>>> answer = redis.ask(commands -> commands.mget(names));
        if (answer.isEmpty()) {
            failures.increment();
            misses.add(keys.size());
            return;
        }
        int hits = 0;
        for (int index = 0; index < keys.size(); index++) {
            KeyValue<String, byte[]> stored = answer.get().get(index);
            Optional<LocalValue> value =
                    stored.hasValue() ? StoredValue.decode(stored.getValue(), clock) : Optional.empty();
            if (value.isPresent()) {
                hits++;
                found.put(keys.get(index), value.get().bytes());
                invalidations.keep(local(keys.get(index)), value.get(), epochs[index]);
            }
        }
        redisHits.add(hits);
        misses.add(keys.size() - hits);
    }

    @Override
    public void put(String key, byte[] value, Duration ttl) {
        putAll(Map.of(key, value), ttl);
    }

    @Override
    public void putAll(Map<String, byte[]> values, Duration ttl) {
        if (ttl.toMillis() < 1) {
            throw new IllegalArgumentException("ttl has to be at least 1 ms, not " + ttl);
        }
        values.forEach((key, value) -> {
            removals.forgive(local(key));
            local.put(local(key), new LocalValue(value, ttl));
        });
        writes.add(values.size());
        for (List<String> batch : batches(List.copyOf(values.keySet()))) {
            store(batch, values, ttl);
        }
    }

    private void store(List<String> keys, Map<String, byte[]> values, Duration ttl) {
        Set<String> replaced = ConcurrentHashMap.newKeySet();
        boolean answered = redis.askAll(commands -> keys.stream()
                .map(key -> {
                    byte[] value = Objects.requireNonNull(values.get(key));
                    byte[] stored = StoredValue.encode(new LocalValue(value, ttl), clock);
                    return commands.setGet(name(key), stored, SetArgs.Builder.px(ttl.toMillis()))
                            .thenAccept(before -> {
                                if (before != null && !StoredValue.holds(before, value)) {
                                    replaced.add(key);
                                }
                            })
                            .toCompletableFuture();
                })
                .toArray(CompletableFuture<?>[]::new));
        if (!answered) {
            failures.increment();
        }
        if (!replaced.isEmpty()) {
            invalidations.announce(redis, replaced.stream().map(this::local));
        }
    }

    @Override
    public void remove(Collection<String> keys) {
        local.invalidateAll(keys.stream().map(this::local).toList());
        for (List<String> batch : batches(List.copyOf(keys))) {
            if (!removals.remove(batch.stream().map(this::local).toList())) {
                failures.increment();
            }
        }
    }

    @Override
    public long removePrefix(String prefix) {
        invalidations.forgetPrefix(namespace, prefix);
        ScanArgs args = ScanArgs.Builder.limit(SCAN_STEP).match(glob(name(prefix)) + "*");
        long removed = 0;
        ScanCursor cursor = ScanCursor.INITIAL;
        while (!cursor.isFinished()) {
            ScanCursor from = cursor;
            Optional<KeyScanCursor<String>> page = redis.ask(commands -> commands.scan(from, args));
            if (page.isEmpty()) {
                failures.increment();
                break;
            }
            for (List<String> batch : batches(page.get().getKeys())) {
                removed += redis.ask(commands -> commands.unlink(batch.toArray(String[]::new)))
                        .orElse(0L);
            }
            cursor = page.get();
        }
        if (!invalidations.announcePrefix(redis, namespace, prefix)) {
            failures.increment();
        }
        return removed;
    }

    private static String glob(String literal) {
        return literal.replaceAll("([\\\\*?\\[\\]])", "\\\\$1");
    }

    @Override
    public CacheStats stats() {
        long entries = 0;
        long bytes = 0;
        for (Map.Entry<LocalKey, LocalValue> entry : local.asMap().entrySet()) {
            if (entry.getKey().namespace().equals(namespace)) {
                entries++;
                bytes += TieredCaches.weigh(entry.getKey(), entry.getValue());
            }
        }
        return new CacheStats(
                localHits.sum(), redisHits.sum(), misses.sum(), writes.sum(), failures.sum(), entries, bytes);
    }

    private LocalKey local(String key) {
        return new LocalKey(namespace, key);
    }

    private String name(String key) {
        return local(key).redisKey();
    }

    private static List<List<String>> batches(List<String> keys) {
        List<List<String>> batches = new ArrayList<>();
        for (int start = 0; start < keys.size(); start += BATCH) {
            batches.add(keys.subList(start, Math.min(keys.size(), start + BATCH)));
        }
        return batches;
    }
}
