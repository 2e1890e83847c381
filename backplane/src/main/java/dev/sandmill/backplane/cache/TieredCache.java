package dev.sandmill.backplane.cache;

import dev.sandmill.api.text.Spelled;
import dev.sandmill.backplane.redis.RedisUnavailable;
import io.lettuce.core.KeyValue;
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
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One namespace over both tiers. A value stays in this process until its own end, unless another process changes it.
final class TieredCache implements ByteCache {
    static final int BATCH = 256;
    private static final int WARMED_AT_ONCE = 32;
    private static final byte[] NOTHING = {};

    private final String namespace;
    private final Tiers tiers;
    private final Clock clock;
    private final Counts counts = new Counts();
    private final CacheSweep sweep;

    TieredCache(String namespace, Tiers tiers, Clock clock) {
        this.namespace = namespace;
        this.tiers = tiers;
        this.clock = clock;
        sweep = new CacheSweep(namespace, tiers, counts);
    }

    @Override
    public Optional<byte[]> get(String key) {
        return Optional.ofNullable(getAll(List.of(key)).get(key));
    }

    @Override
    public Optional<byte[]> peek(String key) {
        StoredValue value = tiers.local().get(local(key));
        if (value == null || value.absent()) {
            return Optional.empty();
        }
        counts.localHits.increment();
        return value.value();
    }

    @Override
    public Map<String, byte[]> getAll(Collection<String> keys) {
        Map<String, byte[]> found = HashMap.newHashMap(keys.size());
        lookUp(keys, BATCH, (key, value) -> {
            if (!value.absent()) {
                found.put(key, value.bytes());
            }
        });
        return found;
    }

    /// What both tiers know, remembered absence included.
    Map<String, StoredValue> lookUp(Collection<String> keys, int atOnce) {
        Map<String, StoredValue> found = HashMap.newHashMap(keys.size());
        lookUp(keys, atOnce, found::put);
        return found;
    }

    private void lookUp(Collection<String> keys, int atOnce, BiConsumer<String, StoredValue> found) {
        List<LocalKey> unknown = new ArrayList<>(keys.size());
        for (String key : keys) {
            LocalKey local = local(key);
            StoredValue value = tiers.local().get(local);
            if (value != null) {
                found.accept(key, value);
                (value.absent() ? counts.negativeHits : counts.localHits).increment();
            } else if (tiers.removals().isOwed(local)) {
                counts.misses.increment();
            } else {
                unknown.add(local);
            }
        }
        for (List<LocalKey> batch : batches(unknown, atOnce)) {
            fetch(batch, found);
        }
    }

    private void fetch(List<LocalKey> keys, BiConsumer<String, StoredValue> found) {
        int[] absent = {0};
        OptionalInt known = read(keys, (key, value) -> {
            found.accept(key, value);
            absent[0] += value.absent() ? 1 : 0;
        });
        if (known.isEmpty()) {
            counts.failures.increment();
        }
        counts.negativeHits.add(absent[0]);
        counts.redisHits.add(known.orElse(0) - absent[0]);
        counts.misses.add(keys.size() - known.orElse(0));
    }

    /// What Redis knows of these, kept here unless it was changed meanwhile; says how many there are.
    private OptionalInt read(List<LocalKey> keys, BiConsumer<String, StoredValue> found) {
        String[] names = new String[keys.size()];
        long[] epochs = new long[names.length];
        for (int index = 0; index < names.length; index++) {
            names[index] = keys.get(index).redisKey();
            epochs[index] = tiers.invalidations().epoch(keys.get(index));
        }
        Optional<List<KeyValue<String, byte[]>>> answer = tierFor(keys).ask(commands -> commands.mget(names));
        if (answer.isEmpty()) {
            return OptionalInt.empty();
        }
        int known = 0;
        long now = clock.millis();
        for (int index = 0; index < names.length; index++) {
            byte[] stored = answer.get().get(index).getValueOrElse(NOTHING);
            StoredValue value = StoredValue.decode(stored, now);
            if (value != null) {
                known++;
                found.accept(keys.get(index).key(), value);
                tiers.invalidations().keep(keys.get(index), value, epochs[index]);
            }
        }
        return OptionalInt.of(known);
    }

    /// Many values at once are more work to make anew than a second's wait for Redis.
    private RedisTier tierFor(List<?> keys) {
        return keys.size() > 1 ? tiers.patient() : tiers.redis();
    }

    /// Brings these here without counting it; says how many there were.
    int warm(List<String> keys) {
        return batches(keys.stream().map(this::local).toList(), WARMED_AT_ONCE).stream()
                .mapToInt(batch -> read(batch, (_, _) -> {}).orElse(0))
                .sum();
    }

    @Override
    public Optional<byte[]> getOrLoad(String key, Duration ttl, Duration absentTtl, Supplier<Optional<byte[]>> loader) {
        StoredValue known = lookUp(key);
        if (known != null) {
            return known.value();
        }
        Supplier<Optional<byte[]>> load = () -> {
            Optional<byte[]> loaded = loader.get();
            StoredValue value = loaded.map(bytes -> StoredValue.of(bytes, atLeastAMilli(ttl), List.of(), clock))
                    .orElseGet(() -> StoredValue.absent(atLeastAMilli(absentTtl), clock));
            storeAll(Map.of(key, value));
            return loaded;
        };
        return tiers.flights().fly(local(key), () -> lookUp(key), load, counts.coalesced::increment);
    }

    private @Nullable StoredValue lookUp(String key) {
        return lookUp(List.of(key), 1).get(key);
    }

    @Override
    public void put(String key, byte[] value, Duration ttl) {
        putAll(Map.of(key, value), ttl);
    }

    @Override
    public void putAll(Map<String, byte[]> values, Duration ttl) {
        Map<String, StoredValue> stored = new HashMap<>();
        values.forEach((key, value) -> stored.put(key, StoredValue.of(value, atLeastAMilli(ttl), List.of(), clock)));
        storeAll(stored);
    }

    private static Duration atLeastAMilli(Duration ttl) {
        if (ttl.toMillis() < 1) {
            throw new IllegalArgumentException("ttl has to be at least 1 ms, not " + Spelled.time(ttl));
        }
        return ttl;
    }

    private void storeAll(Map<String, StoredValue> values) {
        Map<String, Long> epochs = new HashMap<>();
        values.forEach((key, value) -> {
            tiers.removals().forgive(local(key));
            epochs.put(key, tiers.invalidations().advance(local(key)));
            tiers.local().put(local(key), value);
        });
        counts.writes.add(values.size());
        for (List<String> batch : batches(List.copyOf(values.keySet()), BATCH)) {
            store(batch, values);
        }
        values.forEach((key, value) ->
                tiers.invalidations().settle(local(key), value, Objects.requireNonNull(epochs.get(key))));
    }

    private void store(List<String> keys, Map<String, StoredValue> values) {
        Set<String> replaced = ConcurrentHashMap.newKeySet();
        boolean answered = tierFor(keys)
                .askAll(commands -> keys.stream()
                        .map(key -> {
                            StoredValue value = Objects.requireNonNull(values.get(key));
                            SetArgs until = SetArgs.Builder.px(
                                    Math.max(1, value.left(clock).toMillis()));
                            return commands.setGet(name(key), value.encode(), until)
                                    .thenAccept(before -> {
                                        if (before != null && changes(before, value)) {
                                            replaced.add(key);
                                        }
                                    })
                                    .toCompletableFuture();
                        })
                        .toArray(CompletableFuture<?>[]::new));
        if (!answered) {
            counts.failures.increment();
        }
        if (!replaced.isEmpty()) {
            tiers.invalidations().announce(tiers.redis(), namespace, List.copyOf(replaced));
        }
    }

    private boolean changes(byte[] before, StoredValue value) {
        StoredValue old = StoredValue.decode(before, clock.millis());
        return old != null && !value.isAsGoodAs(old);
    }

    @Override
    public void remove(Collection<String> keys) {
        List<LocalKey> locals = keys.stream().map(this::local).toList();
        counts.invalidated.add(keys.size());
        try {
            for (List<LocalKey> batch : batches(locals, BATCH)) {
                if (!tiers.removals().remove(batch)) {
                    counts.failures.increment();
                }
            }
        } finally {
            // Only now: what was read before Redis had removed it would else be kept after it.
            locals.forEach(tiers.invalidations()::forget);
        }
    }

    @Override
    public long removePrefix(String prefix) {
        try {
            return sweep.removePrefix(prefix);
        } catch (RedisUnavailable away) {
            counts.failures.increment();
            return 0;
        }
    }

    @Override
    public long invalidate(Selection selection) {
        return sweep.remove(selection);
    }

    Counts counts() {
        return counts;
    }

    @Override
    public CacheStats stats() {
        return counts.stats(
                tiers.local().share(namespace), tiers.invalidations().received());
    }

    LocalKey local(String key) {
        return new LocalKey(namespace, key);
    }

    private String name(String key) {
        return local(key).redisKey();
    }

    static <K> List<List<K>> batches(List<K> keys, int size) {
        List<List<K>> batches = new ArrayList<>();
        for (int start = 0; start < keys.size(); start += size) {
            batches.add(keys.subList(start, Math.min(keys.size(), start + size)));
        }
        return batches;
    }
}
