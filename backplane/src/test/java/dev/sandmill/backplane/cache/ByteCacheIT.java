package dev.sandmill.backplane.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.testing.Ground;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ByteCacheIT {
    private static final Duration HOUR = Duration.ofHours(1);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// A busy machine may miss the deadline of a cache, which then goes without Redis; the tests below want it with
    /// Redis.
    private static void connect(Backplane... backplanes) {
        for (Backplane backplane : backplanes) {
            ByteCache warm = backplane.cache("warm");
            Awaitility.await().pollInterval(Duration.ofMillis(10)).until(() -> {
                long before = warm.stats().failures();
                for (int number = 0; number < 20; number++) {
                    warm.put("k" + number, bytes("v"), HOUR);
                    warm.get("unknown");
                }
                return warm.stats().failures() == before;
            });
        }
    }

    @Test
    void aValueIsFoundInThisProcessAndThroughRedisInAnother() {
        try (Ground ground = Ground.open();
                Backplane elsewhere =
                        Backplane.open(BackplaneConfig.at(ground.redis().uri()))) {
            connect(ground.backplane(), elsewhere);
            byte[] value = {0, -1, 127, 10, 13};
            ground.backplane().cache("vectors").put("k", value, HOUR);
            assertThat(ground.backplane().cache("vectors").get("k")).contains(value);
            assertThat(elsewhere.cache("vectors").get("k")).contains(value);
            assertThat(elsewhere.cache("results").get("k")).isEmpty();
            assertThat(ground.backplane().cache("vectors").stats().localHits()).isEqualTo(1);
            CacheStats stats = elsewhere.cache("vectors").stats();
            assertThat(stats.redisHits()).isEqualTo(1);
            assertThat(stats.localHits() + stats.misses() + stats.writes() + stats.failures())
                    .isZero();
            assertThat(stats.hitRate()).isEqualTo(1.0);
            assertThat(stats.localEntries()).isEqualTo(1);
            assertThat(stats.localBytes()).isEqualTo(2 * ("vectors".length() + 1) + 5 + 100);
            assertThat(elsewhere.cache("results").stats().misses()).isEqualTo(1);
        }
    }

    @Test
    void manyKeysComeBackAtOnceAndRemovedOnesDoNot() {
        try (Ground ground = Ground.open();
                Backplane elsewhere =
                        Backplane.open(BackplaneConfig.at(ground.redis().uri()))) {
            connect(ground.backplane(), elsewhere);
            Map<String, byte[]> values = new HashMap<>();
            for (int number = 0; number < 1000; number++) {
                values.put("k" + number, bytes("v" + number));
            }
            ground.backplane().cache("n").putAll(values, HOUR);
            values.keySet()
                    .retainAll(elsewhere.cache("n").getAll(values.keySet()).keySet());
            assertThat(values).hasSize(1000);
            ground.backplane().cache("n").remove(List.of("k1", "k2"));
            assertThat(ground.backplane().cache("n").getAll(List.of("k1", "k2", "k3")))
                    .containsOnlyKeys("k3");
        }
    }

    @Test
    void aRemovalReachesTheLocalTierOfEveryProcess() {
        try (Ground ground = Ground.open();
                Backplane elsewhere =
                        Backplane.open(BackplaneConfig.at(ground.redis().uri()))) {
            connect(ground.backplane(), elsewhere);
            elsewhere.cache("n").put("own", bytes("old"), HOUR);
            elsewhere.cache("n").get("own");
            ground.backplane().cache("n").remove(List.of("own"));
            Awaitility.await().until(() -> elsewhere.cache("n").get("own").isEmpty());
            ground.backplane().cache("n").put("k", bytes("1"), HOUR);
            assertThat(elsewhere.cache("n").get("k")).contains(bytes("1"));
            ground.backplane().cache("n").put("k", bytes("2"), HOUR);
            Awaitility.await()
                    .until(() -> elsewhere.cache("n").get("k").map(String::new).equals(java.util.Optional.of("2")));
        }
    }

    @Test
    void aValueExpiresInBothTiers() {
        try (Ground ground = Ground.open()) {
            connect(ground.backplane());
            ByteCache cache = ground.backplane().cache("n");
            cache.put("k", bytes("v"), Duration.ofMillis(150));
            assertThat(cache.get("k")).isPresent();
            Awaitility.await().until(() -> cache.get("k").isEmpty());
            assertThat(ground.redis().cli("EXISTS", "c:n:k")).isEqualTo("0");
        }
    }

    @Test
    void whileRedisIsAwayNothingThrowsLocalValuesServeAndCallersDoNotWait() {
        try (Ground ground = Ground.open()) {
            connect(ground.backplane());
            ByteCache cache = ground.backplane().cache("n");
            cache.put("k", bytes("v"), HOUR);
            ground.redis().pause();
            long before = System.nanoTime();
            for (int number = 0; number < 1000; number++) {
                assertThat(cache.get("unknown" + number)).isEmpty();
                assertThat(cache.get("k")).isPresent();
            }
            cache.put("k2", bytes("v2"), HOUR);
            cache.remove(List.of("k3"));
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
            assertThat(cache.get("k2")).isPresent();
            assertThat(cache.stats().failures()).isPositive();
            ground.redis().resume();
            Awaitility.await().until(() -> {
                cache.put("again", bytes("v"), HOUR);
                return ground.redis().cli("EXISTS", "c:n:again").equals("1");
            });
        }
    }

    @Test
    void theLocalTierStaysWithinItsBytes() {
        try (Ground ground = Ground.open(config ->
                new BackplaneConfig(config.redis(), 10, config.resultTtl(), config.commandTimeout(), 1 << 20))) {
            ByteCache cache = ground.backplane().cache("n");
            for (int number = 0; number < 200; number++) {
                cache.put("k" + number, new byte[20_000], HOUR);
            }
            Awaitility.await().until(() -> cache.stats().localBytes() <= 1 << 20);
            assertThat(cache.stats().localBytes()).isPositive();
        }
    }

    @Test
    void aRemovalWhileRedisIsAwayIsMadeUpForOnceItIsBack() {
        try (Ground ground = Ground.open();
                Backplane elsewhere =
                        Backplane.open(BackplaneConfig.at(ground.redis().uri()))) {
            connect(ground.backplane(), elsewhere);
            ByteCache cache = ground.backplane().cache("n");
            Awaitility.await().until(() -> {
                elsewhere.cache("n").put("k", bytes("v"), HOUR);
                return cache.get("k").isPresent();
            });
            ground.redis().pause();
            cache.remove(List.of("k"));
            assertThat(cache.get("k")).isEmpty();
            ground.redis().resume();
            assertThat(cache.get("k")).isEmpty();
            Awaitility.await().until(() -> elsewhere.cache("n").get("k").isEmpty());
            assertThat(ground.redis().cli("EXISTS", "c:n:k")).isEqualTo("0");
        }
    }

    @Test
    void aPrefixIsRemovedEverywhereAndTakenLiterally() {
        try (Ground ground = Ground.open();
                Backplane elsewhere =
                        Backplane.open(BackplaneConfig.at(ground.redis().uri()))) {
            connect(ground.backplane(), elsewhere);
            ByteCache cache = ground.backplane().cache("n");
            cache.putAll(Map.of("a*1", bytes("v"), "a*2", bytes("v"), "ab", bytes("v")), HOUR);
            ground.backplane().cache("other").put("a*1", bytes("v"), HOUR);
            Awaitility.await()
                    .until(() ->
                            elsewhere.cache("n").getAll(List.of("a*1", "ab")).size() == 2);
            assertThat(cache.removePrefix("a*")).isEqualTo(2);
            assertThat(cache.getAll(List.of("a*1", "a*2", "ab"))).containsOnlyKeys("ab");
            Awaitility.await().until(() -> elsewhere.cache("n").get("a*1").isEmpty());
            assertThat(elsewhere.cache("n").get("ab")).isPresent();
            assertThat(elsewhere.cache("other").get("a*1")).isPresent();
            assertThat(cache.removePrefix("")).isEqualTo(1);
        }
    }
}
