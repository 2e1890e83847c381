package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.JobId;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobState;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Jobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubmitIT {
    @Test
    void aHundredThreadsWithOneKeyMakeOneJob() throws Exception {
        try (Ground ground = Ground.open();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Submission submission = Jobs.execute("acme", "1", "key");
            List<Callable<SubmitResult>> calls = IntStream.range(0, 100)
                    .<Callable<SubmitResult>>mapToObj(_ -> () -> ground.queue().submit(submission))
                    .toList();
            List<SubmitResult> results = new ArrayList<>();
            for (Future<SubmitResult> result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
            assertThat(results)
                    .filteredOn(SubmitResult.Accepted.class::isInstance)
                    .hasSize(1);
            assertThat(results).filteredOn(SubmitResult.Known.class::isInstance).hasSize(99);
            assertThat(results.stream().map(SubmitIT::id).distinct()).hasSize(1);
            assertThat(ground.queue().stats().queued()).isEqualTo(1);
        }
    }

    private static JobId id(SubmitResult result) {
        return switch (result) {
            case SubmitResult.Accepted(JobRecord job) -> job.id();
            case SubmitResult.Known(JobRecord job) -> job.id();
            case SubmitResult.Conflict(JobId existing) -> existing;
            case SubmitResult.Full full -> throw new AssertionError(full.reason());
        };
    }

    @Test
    void aKeyWithAnotherRequestIsAConflictThatNamesTheJob() {
        try (Ground ground = Ground.open()) {
            JobRecord first = Jobs.accepted(ground.queue().submit(Jobs.execute("acme", "1", "key")));
            assertThat(ground.queue().submit(Jobs.execute("acme", "2", "key")))
                    .isEqualTo(new SubmitResult.Conflict(first.id()));
        }
    }

    @Test
    void keysOfTenantsAreApartEvenWhereTheirTextsRunTogether() {
        try (Ground ground = Ground.open()) {
            Jobs.accepted(ground.queue().submit(Jobs.execute("a", "1", "b:c")));
            Jobs.accepted(ground.queue().submit(Jobs.execute("a:b", "1", "c")));
            Jobs.accepted(ground.queue().submit(Jobs.execute("b", "1", "b:c")));
        }
    }

    @Test
    void aKeyOutlivesTheResultOfItsJob() {
        try (Ground ground = Ground.open(config -> new BackplaneConfig(
                config.redis(), 100, Duration.ofMillis(50), config.commandTimeout(), config.localCacheBytes()))) {
            JobRecord job = Jobs.accepted(ground.queue().submit(Jobs.execute("acme", "1", "key")));
            ground.queue().cancel("acme", job.id(), Jobs.CANCELLED);
            Awaitility.await().until(() -> ground.queue().find("acme", job.id()).isEmpty());
            assertThat(ground.queue().submit(Jobs.execute("acme", "1", "key"))).satisfies(result -> {
                assertThat(result).isInstanceOf(SubmitResult.Known.class);
                assertThat(id(result)).isEqualTo(job.id());
                assertThat(((SubmitResult.Known) result).job().state()).isEqualTo(JobState.DONE);
            });
            assertThat(ground.redis().cli("PTTL", "sm:{q}:idem:4:acme:key"))
                    .satisfies(ttl -> assertThat(Long.parseLong(ttl)).isBetween(86_300_000L, 86_400_000L));
        }
    }

    @Test
    void aFullQueueSaysSoAndWhenToComeBackAndTakesAgainOnceThereIsRoom() {
        try (Ground ground = Ground.open(config -> new BackplaneConfig(
                config.redis(), 3, config.resultTtl(), config.commandTimeout(), config.localCacheBytes()))) {
            JobRecord first = ground.submit("acme", "1");
            ground.submit("acme", "2");
            ground.submit("other", "3");
            assertThat(ground.queue().submit(Jobs.execute("acme", "4"))).satisfies(result -> {
                assertThat(result).isInstanceOf(SubmitResult.Full.class);
                SubmitResult.Full full = (SubmitResult.Full) result;
                assertThat(full.reason()).contains("3 waiting jobs");
                assertThat(full.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
            });
            ground.queue().cancel("acme", first.id(), Jobs.CANCELLED);
            ground.submit("acme", "4");
        }
    }

    @Test
    void aRedisShortOfMemoryTakesNoJobsButRunsAndFinishesThoseItHas() {
        try (Ground ground = Ground.open()) {
            JobRecord job = ground.submit("acme", "1");
            ground.redis().cli("CONFIG", "SET", "maxmemory", "1mb");
            assertThat(ground.queue().submit(Jobs.execute("acme", "2"))).isInstanceOf(SubmitResult.Full.class);
            ground.queue().startWorker(Jobs.worker("w", 1), _ -> new Completion.Finished("{\"status\":\"ok\"}"));
            assertThat(ground.end(job).state()).isEqualTo(JobState.DONE);
        }
    }

    @Test
    void admissionStopsBeforeMemoryIsExhausted() {
        try (Ground ground = Ground.open()) {
            ground.submit("acme", "1");
            long used = Long.parseLong(ground.redis()
                    .cli("INFO", "memory")
                    .lines()
                    .filter(line -> line.startsWith("used_memory:"))
                    .findFirst()
                    .orElseThrow()
                    .substring("used_memory:".length())
                    .strip());
            ground.redis().cli("CONFIG", "SET", "maxmemory", Long.toString((long) (used / 0.9)));
            Awaitility.await()
                    .until(() -> ground.queue().submit(Jobs.execute("acme", "2"))
                                    instanceof SubmitResult.Full(String reason, var _)
                            && reason.contains("85 %"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"kind\":\"execute\",\"execute\":{\"a\":[],\"b\":{},\"c\":12345678901234567890,\"d\":1e400}}",
                "{\"kind\":\"execute\",\"execute\":{\"text\":\"\u0000\u0001\u001f\\u0000\"}}",
                "{\"kind\":\"execute\",\"execute\":{\"text\":\"\ud83d\ude00 \u05d0 \u200f \ufeff\"}}",
                "not json at all \r\n*1\r\n$4\r\nPING\r\n",
                ""
            })
    void aRequestComesOutAsItWentIn(String request) {
        try (Ground ground = Ground.open()) {
            JobRecord job =
                    Jobs.accepted(ground.queue().submit(new Submission("acme", JobKind.EXECUTE, request, "k", "r-1")));
            assertThat(ground.job(job).requestJson()).isEqualTo(request);
            ground.queue()
                    .startWorker(
                            Jobs.worker("w", 1),
                            claim -> new Completion.Finished(claim.job().requestJson()));
            assertThat(ground.end(job).outcomeJson()).isEqualTo(request);
            assertThat(ground.end(job).requestId()).isEqualTo("r-1");
        }
    }

    @Test
    void aMegabyteGoesThroughAndWhatIsTooLargeIsRefusedWithItsSize() {
        try (Ground ground = Ground.open()) {
            String large = Jobs.body("x".repeat(1 << 20));
            JobRecord job =
                    Jobs.accepted(ground.queue().submit(new Submission("acme", JobKind.EXECUTE, large, null, null)));
            assertThat(ground.job(job).requestJson()).isEqualTo(large);
            String tooLarge = Jobs.body("x".repeat(17 << 20));
            assertThatThrownBy(
                            () -> ground.queue().submit(new Submission("acme", JobKind.EXECUTE, tooLarge, null, null)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at most 16777216 bytes");
        }
    }

    @Test
    void anotherTenantsJobIsUnknown() {
        try (Ground ground = Ground.open()) {
            JobRecord job = ground.submit("acme", "1");
            assertThat(ground.queue().find("other", job.id())).isEmpty();
            assertThat(ground.queue().cancel("other", job.id(), Jobs.CANCELLED)).isEmpty();
            assertThat(ground.queue()
                            .list(new JobFilter("other", null, null, 10, null))
                            .jobs())
                    .isEmpty();
            assertThat(ground.job(job).state()).isEqualTo(JobState.QUEUED);
        }
    }

    @Test
    void idsAreUniqueAndSortByCreation() {
        try (Ground ground = Ground.open()) {
            List<String> ids = IntStream.range(0, 500)
                    .mapToObj(number -> ground.submit("acme", "" + number).id().value())
                    .toList();
            assertThat(ids).doesNotHaveDuplicates().isSorted();
        }
    }

    @Test
    void aResultExpiresWithItsEvents() {
        try (Ground ground = Ground.open(config -> new BackplaneConfig(
                config.redis(), 100, Duration.ofMillis(400), config.commandTimeout(), config.localCacheBytes()))) {
            JobRecord job = ground.submit("acme", "1");
            ground.queue().startWorker(Jobs.worker("w", 1), _ -> new Completion.Finished("{}"));
            assertThat(ground.end(job).state()).isEqualTo(JobState.DONE);
            Awaitility.await().until(() -> ground.queue().find("acme", job.id()).isEmpty());
            Awaitility.await().until(() -> ground.eventTypes(job.id()).isEmpty());
            assertThat(ground.queue()
                            .list(new JobFilter("acme", null, null, 10, null))
                            .jobs())
                    .isEmpty();
        }
    }

    @Test
    void theCapacityIsTunedForAllAtOnceAndOutlivesAProcessThatIsConfiguredAsBefore() {
        try (Ground ground = Ground.open()) {
            ground.submit("acme", "1");
            ground.queue().setCapacity(1);
            assertThat(ground.queue().submit(Jobs.execute("acme", "2"))).isInstanceOf(SubmitResult.Full.class);
            try (Backplane again =
                    Backplane.open(BackplaneConfig.at(ground.redis().uri()))) {
                assertThat(again.health().available()).isTrue();
                assertThat(again.queue().stats().capacity()).isEqualTo(1);
                assertThat(again.queue().submit(Jobs.execute("acme", "2"))).isInstanceOf(SubmitResult.Full.class);
                again.queue().setCapacity(2);
                ground.submit("acme", "2");
            }
        }
    }

    @Test
    void everyKeyOfTheQueueIsOnOneSlot() {
        try (Ground ground = Ground.open()) {
            JobRecord job = Jobs.accepted(ground.queue().submit(Jobs.execute("{evil}", "1", "{key}")));
            ground.queue().startWorker(Jobs.worker("w", 1), _ -> new Completion.Finished("{}"));
            assertThat(ground.end(job).state()).isEqualTo(JobState.DONE);
            assertThat(ground.redis().cli("--no-raw", "KEYS", "sm:*").lines())
                    .allSatisfy(key -> assertThat(key).contains("sm:{q}"));
        }
    }
}
