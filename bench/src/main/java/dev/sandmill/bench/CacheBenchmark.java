package dev.sandmill.bench;

import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;

/// The two-tier cache beside raw Lettuce on one private Redis, and what its local tier keeps beside an LRU of its size.
final class CacheBenchmark implements Benchmark {
    private final int rounds;

    CacheBenchmark() {
        this(300);
    }

    /// @param rounds each of 100 single reads, a batch and an invalidation; as many before them do not count
    CacheBenchmark(int rounds) {
        this.rounds = rounds;
    }

    @Override
    public String name() {
        return "cache";
    }

    @Override
    public String description() {
        return "reads, batches and invalidations beside raw Lettuce; hit rates beside an LRU of the same size";
    }

    @Override
    public boolean writesJson() {
        return true;
    }

    @Override
    public boolean needsService() {
        return false;
    }

    /// @param ratio how many times Lettuce's time ours takes, by the medians
    record Time(String name, int runs, double p50Micros, double p99Micros, double lettuceP50Micros, double ratio) {
        static Time of(String name, Latencies ours, Latencies lettuce) {
            return new Time(
                    name,
                    ours.count(),
                    ours.millis(50) * 1000,
                    ours.millis(99) * 1000,
                    lettuce.millis(50) * 1000,
                    ours.millis(50) / lettuce.millis(50));
        }
    }

    record Result(String benchmark, int valueBytes, List<Time> times, List<HitRates.Rate> hitRates) {}

    @Override
    public void run(Target target, PrintStream out, boolean json) throws IOException, InterruptedException {
        Result result = measured(target);
        if (json) {
            out.println(JsonMapper.shared().writeValueAsString(result));
            return;
        }
        for (Time time : result.times()) {
            out.printf(
                    Locale.ROOT,
                    "%-44s %6d runs   p50 %8.1f us   p99 %8.1f us   %.2fx raw Lettuce's %.1f us%n",
                    time.name(),
                    time.runs(),
                    time.p50Micros(),
                    time.p99Micros(),
                    time.ratio(),
                    time.lettuceP50Micros());
        }
        for (HitRates.Rate rate : result.hitRates()) {
            out.printf(
                    Locale.ROOT,
                    "local hits, %-38s %.1f %%   LRU: %.1f %%%n",
                    rate.name(),
                    100 * rate.hitRate(),
                    100 * rate.lruHitRate());
        }
    }

    private Result measured(Target target) throws IOException, InterruptedException {
        try (PrivateRedis redis =
                        PrivateRedis.start(target.keyFile().resolveSibling("bench"), PrivateRedis.Persistence.NONE);
                Backplane writer = Backplane.open(BackplaneConfig.at(redis.uri()));
                Backplane reader = Backplane.open(BackplaneConfig.at(redis.uri()));
                RedisClient client = RedisClient.create(redis.uri().toString());
                StatefulRedisConnection<String, byte[]> lettuce =
                        client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
                RawTelling telling = new RawTelling(client, lettuce)) {
            CacheTimes times = new CacheTimes(writer.cache("times"), reader.cache("times"), lettuce.sync(), telling);
            times.measure(rounds);
            List<Time> measured = times.measure(rounds);
            if (telling.heard() == 0) {
                throw new IllegalStateException("nobody heard of what was removed by Lettuce alone");
            }
            return new Result(
                    name(), CacheTimes.VALUE_BYTES, measured, List.of(HitRates.skewed(reader), HitRates.scan(reader)));
        }
    }
}
