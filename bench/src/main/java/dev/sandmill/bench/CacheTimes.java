package dev.sandmill.bench;

import dev.sandmill.backplane.cache.ByteCache;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// The same reads and removals through the cache and through Lettuce alone, in turn. What is read from Redis was
/// written by another process, so that the reader's own memory has none of it.
final class CacheTimes {
    /// A vector of all-MiniLM-L6-v2.
    static final int VALUE_BYTES = 384 * Float.BYTES;

    private static final int BATCH = 100;
    private static final Duration TTL = Duration.ofHours(1);

    private final ByteCache writer;
    private final ByteCache reader;
    private final RedisCommands<String, byte[]> lettuce;
    private final RawTelling telling;
    private int written;

    CacheTimes(ByteCache writer, ByteCache reader, RedisCommands<String, byte[]> lettuce, RawTelling telling) {
        this.writer = writer;
        this.reader = reader;
        this.lettuce = lettuce;
        this.telling = telling;
    }

    List<CacheBenchmark.Time> measure(int rounds) {
        long[][] single = new long[2][rounds * BATCH];
        long[] local = new long[rounds * BATCH];
        long[][] batch = new long[2][rounds];
        long[][] removal = new long[2][rounds];
        long[] told = new long[rounds];
        for (int round = 0; round < rounds; round++) {
            List<String> keys = write();
            String[] names = keys.stream().map(key -> "raw:" + key).toArray(String[]::new);
            for (int index = 0; index < BATCH; index++) {
                int at = round * BATCH + index;
                String key = keys.get(index);
                single[0][at] = nanos(() -> isThere(reader.get(key).orElseThrow()));
                single[1][at] = nanos(() -> isThere(lettuce.get("raw:" + key)));
                local[at] = nanos(() -> isThere(reader.get(key).orElseThrow()));
            }
            List<String> others = write();
            String[] otherNames = others.stream().map(key -> "raw:" + key).toArray(String[]::new);
            batch[0][round] = nanos(() -> counts(reader.getAll(others).size()));
            batch[1][round] = nanos(() -> counts(lettuce.mget(otherNames).size()));
            removal[0][round] = nanos(() -> reader.remove(others));
            removal[1][round] = nanos(() -> counts(Math.toIntExact(lettuce.unlink(otherNames))));
            counts(BATCH - reader.getAll(others).size());
            reader.remove(keys);
            told[round] = nanos(() -> counts(Math.toIntExact(telling.remove(names))));
        }
        return List.of(
                time("get, from Redis", single),
                time("get, from this process", new long[][] {local, single[1]}),
                time("batch of " + BATCH + ", from Redis", batch),
                time("invalidation of " + BATCH + ", which others hear of", new long[][] {removal[0], told}),
                time("the same beside a bare UNLINK", removal));
    }

    private static CacheBenchmark.Time time(String name, long[][] both) {
        return CacheBenchmark.Time.of(name, new Latencies(both[0]), new Latencies(both[1]));
    }

    private List<String> write() {
        byte[] value = new byte[VALUE_BYTES];
        Map<String, byte[]> values = new HashMap<>();
        Map<String, byte[]> raw = new HashMap<>();
        IntStream.range(0, BATCH).forEach(index -> {
            values.put("key-" + (written + index), value);
            raw.put("raw:key-" + (written + index), value);
        });
        written += BATCH;
        writer.putAll(values, TTL);
        lettuce.mset(raw);
        return List.copyOf(values.keySet());
    }

    private static long nanos(Runnable step) {
        long start = System.nanoTime();
        step.run();
        return System.nanoTime() - start;
    }

    private static void isThere(byte[] value) {
        if (value.length != VALUE_BYTES) {
            throw new IllegalStateException("a value of " + VALUE_BYTES + " bytes came back with " + value.length);
        }
    }

    private static void counts(int keys) {
        if (keys != BATCH) {
            throw new IllegalStateException("of " + BATCH + " keys " + keys + " were there");
        }
    }
}
