package dev.sandmill.backplane.cache;

import com.github.benmanes.caffeine.cache.Cache;
import io.lettuce.core.KeyValue;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// One namespace over both tiers. What Redis answers stays in this process for a short while, so that a removal
/// elsewhere is seen soon; what this process wrote itself stays for its whole time.
final class TieredCache implements ByteCache {
    private static final int BATCH = 256;
    private static final Duration BORROWED_TTL = Duration.ofSeconds(30);

    private final String namespace;
    private final Cache<LocalKey, LocalValue> local;
    private final RedisTier redis;
    private final LongAdder localHits = new LongAdder();
    private final LongAdder redisHits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final LongAdder failures = new LongAdder();

    TieredCache(String namespace, Cache<LocalKey, LocalValue> local, RedisTier redis) {
        this.namespace = namespace;
        this.local = local;
        this.redis = redis;
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
            LocalValue value = local.getIfPresent(new LocalKey(namespace, key));
            if (value == null) {
                unknown.add(key);
            } else {
                found.put(key, value.bytes());
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
        Optional<List<KeyValue<String, byte[]>>> answer = redis.ask(commands -> commands.mget(names));
        if (answer.isEmpty()) {
            failures.increment();
            misses.add(keys.size());
            return;
        }
        int hits = 0;
        for (int index = 0; index < keys.size(); index++) {
            KeyValue<String, byte[]> value = answer.get().get(index);
            if (value.hasValue()) {
                hits++;
                found.put(keys.get(index), value.getValue());
                local.put(new LocalKey(namespace, keys.get(index)), new LocalValue(value.getValue(), BORROWED_TTL));
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
        long millis = ttl.toMillis();
        if (millis < 1) {
            throw new IllegalArgumentException("ttl has to be at least 1 ms, not " + ttl);
        }
        values.forEach((key, value) -> {
            local.put(new LocalKey(namespace, key), new LocalValue(value, ttl));
            writes.increment();
            if (redis.ask(commands -> commands.set(name(key), value, SetArgs.Builder.px(millis))).isEmpty()) {
                failures.increment();
            }
        });
    }

    @Override
    public void remove(Collection<String> keys) {
        keys.forEach(key -> local.invalidate(new LocalKey(namespace, key)));
        for (List<String> batch : batches(List.copyOf(keys))) {
            String[] names = batch.stream().map(this::name).toArray(String[]::new);
            if (redis.ask(commands -> commands.unlink(names)).isEmpty()) {
                failures.increment();
            }
        }
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

    private String name(String key) {
        return "c:" + namespace + ":" + key;
    }

    private static List<List<String>> batches(List<String> keys) {
        List<List<String>> batches = new ArrayList<>();
        for (int start = 0; start < keys.size(); start += BATCH) {
            batches.add(keys.subList(start, Math.min(keys.size(), start + BATCH)));
        }
        return batches;
    }
}
