package dev.sandmill.backplane.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.testing.Ground;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SingleFlightIT {
    private static final Duration HOUR = Duration.ofHours(1);

    private static Optional<byte[]> some(String text) {
        return Optional.of(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void oneOfManyCallersOfTwoProcessesWorksItOut() throws Exception {
        try (Ground ground = Ground.open();
                Backplane elsewhere =
                        Backplane.open(BackplaneConfig.at(ground.redis().uri()));
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Awaitility.await().until(() -> elsewhere.health().available());
            AtomicInteger loads = new AtomicInteger();
            CountDownLatch everyone = new CountDownLatch(20);
            List<Future<Optional<byte[]>>> answers = new ArrayList<>();
            for (int number = 0; number < 20; number++) {
                ByteCache cache = (number % 2 == 0 ? ground.backplane() : elsewhere).cache("n");
                answers.add(callers.submit(() -> {
                    everyone.countDown();
                    return cache.getOrLoad("k", HOUR, HOUR, () -> {
                        loads.incrementAndGet();
                        await(everyone);
                        return some("v");
                    });
                }));
            }
            for (Future<Optional<byte[]>> answer : answers) {
                assertThat(answer.get())
                        .hasValueSatisfying(
                                bytes -> assertThat(bytes).asString().isEqualTo("v"));
            }
            assertThat(loads).hasValue(1);
            assertThat(ground.backplane().cache("n").stats().coalesced()
                            + elsewhere.cache("n").stats().coalesced())
                    .isPositive();
            Awaitility.await()
                    .untilAsserted(() ->
                            assertThat(ground.redis().cli("EXISTS", "cl:n:k")).isEqualTo("0"));
        }
    }

    @Test
    void aServerThatDoesNotKnowOurFunctionsYetKeepsNoLock() {
        try (Ground ground = Ground.open()) {
            ByteCache cache = ground.backplane().cache("n");
            cache.getOrLoad("before", HOUR, HOUR, () -> some("v"));
            ground.redis().cli("FUNCTION", "FLUSH");
            assertThat(cache.getOrLoad("k", HOUR, HOUR, () -> some("v"))).isPresent();
            Awaitility.await()
                    .untilAsserted(() ->
                            assertThat(ground.redis().cli("EXISTS", "cl:n:k")).isEqualTo("0"));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void absenceIsRememberedForItsTimeAndIsNotAValue() {
        try (Ground ground = Ground.open()) {
            ByteCache cache = ground.backplane().cache("n");
            AtomicInteger loads = new AtomicInteger();
            Duration shortly = Duration.ofMillis(300);
            for (int time = 0; time < 3; time++) {
                assertThat(cache.getOrLoad("k", HOUR, shortly, () -> {
                            loads.incrementAndGet();
                            return Optional.empty();
                        }))
                        .isEmpty();
            }
            assertThat(loads).hasValue(1);
            assertThat(cache.get("k")).isEmpty();
            assertThat(cache.stats().negativeHits()).isEqualTo(3);
            Awaitility.await()
                    .until(() -> cache.getOrLoad("k", HOUR, shortly, () -> some("now"))
                            .isPresent());
            assertThat(cache.get("k")).isPresent();
        }
    }

    @Test
    void whatTheLoaderThrowsIsNotRememberedAndLetsTheNextOneTry() {
        try (Ground ground = Ground.open()) {
            ByteCache cache = ground.backplane().cache("n");
            assertThatThrownBy(() -> cache.getOrLoad("k", HOUR, HOUR, () -> {
                        throw new IllegalStateException("no luck");
                    }))
                    .hasMessage("no luck");
            assertThat(cache.getOrLoad("k", HOUR, HOUR, () -> some("v"))).isPresent();
        }
    }

    @Test
    void aLockWhoseHolderDiedHoldsNobodyUpForLongerThanItsTime() {
        try (Ground ground = Ground.open()) {
            ground.redis().cli("SET", "cl:n:k", "a process that is dead", "PX", "500");
            assertThat(ground.backplane().cache("n").getOrLoad("k", HOUR, HOUR, () -> some("v")))
                    .isPresent();
        }
    }

    @Test
    void withoutRedisItIsWorkedOutHere() {
        try (Ground ground = Ground.open()) {
            ground.redis().kill();
            assertThat(ground.backplane().cache("n").getOrLoad("k", HOUR, HOUR, () -> some("v")))
                    .isPresent();
        }
    }
}
