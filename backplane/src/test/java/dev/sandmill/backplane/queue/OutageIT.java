package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.JobState;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Jobs;
import dev.sandmill.backplane.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class OutageIT {
    @Test
    void aJobThatEndsWhileRedisIsAwayIsCommittedOnceRedisIsBack() throws Exception {
        try (Ground ground = Ground.on(RedisServer.startDurable())) {
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            ground.queue().startWorker(Jobs.worker("w", 2), _ -> {
                started.countDown();
                release.await();
                return new Completion.Finished("{\"status\":\"ok\"}");
            });
            JobRecord job = ground.submit("acme", "1");
            JobRecord waiting = ground.submit("acme", "2");
            started.await();
            ground.redis().kill();
            release.countDown();
            ground.redis().restart();
            for (JobRecord each : List.of(job, waiting)) {
                JobRecord done = ground.end(each);
                assertThat(done.state()).isEqualTo(JobState.DONE);
                assertThat(done.attempt()).isEqualTo(1);
                assertThat(ground.eventTypes(each.id()))
                        .filteredOn("finished"::equals)
                        .hasSize(1);
            }
            assertThat(ground.backplane().health().durability()).isEqualTo("fsync");
        }
    }

    @Test
    void afterAFlushTheQueueWorksAgainAndWhatRanBeforeLosesItsLease() throws Exception {
        try (Ground ground = Ground.open()) {
            CountDownLatch started = new CountDownLatch(1);
            AtomicReference<Claim.Interruption> why = new AtomicReference<>();
            ground.queue().startWorker(Jobs.shortLease("w", 2), claim -> {
                if (claim.job().requestJson().contains("before")) {
                    started.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException lost) {
                        why.set(claim.interruption());
                    }
                }
                return new Completion.Finished("{}");
            });
            JobRecord before = ground.submit("acme", "before");
            started.await();
            ground.redis().cli("FLUSHALL");
            assertThat(ground.end(ground.submit("acme", "after")).state()).isEqualTo(JobState.DONE);
            Awaitility.await().untilAtomic(why, org.hamcrest.Matchers.is(Claim.Interruption.LEASE_LOST));
            assertThat(ground.queue().find("acme", before.id())).isEmpty();
        }
    }

    @Test
    void aServerWithoutDataOrFunctionsIsUsableAtOnce() {
        try (Ground ground = Ground.open()) {
            ground.queue().startWorker(Jobs.worker("w", 1), _ -> new Completion.Finished("{}"));
            assertThat(ground.end(ground.submit("acme", "1")).state()).isEqualTo(JobState.DONE);
            ground.redis().kill();
            ground.redis().restart();
            assertThat(ground.end(ground.submit("acme", "2")).state()).isEqualTo(JobState.DONE);
            ground.redis().cli("FUNCTION", "FLUSH");
            assertThat(ground.end(ground.submit("acme", "3")).state()).isEqualTo(JobState.DONE);
        }
    }

    @Test
    void queuedJobsWhoseReadyStreamVanishedAreStagedAgain() {
        try (Ground ground = Ground.open()) {
            List<JobRecord> jobs = new ArrayList<>();
            for (int number = 0; number < 6; number++) {
                jobs.add(ground.submit("acme", "" + number));
            }
            ground.redis().cli("DEL", "sm:{q}:ready:execute");
            ground.queue().startWorker(Jobs.worker("w", 2), _ -> new Completion.Finished("{}"));
            jobs.forEach(job -> assertThat(ground.end(job).state()).isEqualTo(JobState.DONE));
        }
    }

    @Test
    void aRedisThatDoesNotAnswerIsUnavailableWithinTheDeadlineAndNothingIsLostAfterwards() {
        try (RedisServer redis = RedisServer.start();
                Backplane backplane = Backplane.open(
                        new BackplaneConfig(redis.uri(), 100, Duration.ofHours(1), Duration.ofMillis(300), 1 << 20))) {
            JobQueue queue = backplane.queue();
            JobRecord job = Jobs.accepted(queue.submit(Jobs.execute("acme", "1")));
            redis.pause();
            long before = System.nanoTime();
            assertThatThrownBy(() -> queue.submit(Jobs.execute("acme", "2", "key")))
                    .isInstanceOf(QueueUnavailable.class);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
            assertThat(backplane.health().available()).isFalse();
            redis.resume();
            assertThat(queue.submit(Jobs.execute("acme", "2", "key")))
                    .isInstanceOfAny(SubmitResult.Accepted.class, SubmitResult.Known.class);
            queue.startWorker(Jobs.worker("w", 2), _ -> new Completion.Finished("{}"));
            Awaitility.await()
                    .until(() -> queue.stats().queued() == 0 && queue.stats().running() == 0);
            assertThat(queue.list(new JobFilter("acme", null, null, 10, null)).jobs())
                    .hasSize(2)
                    .allSatisfy(each -> assertThat(each.state()).isEqualTo(JobState.DONE));
            assertThat(queue.find("acme", job.id())).isPresent();
        }
    }

    @Test
    void aRedisThatComesLaterThanTheProcessIsUsedOnceItIsThere() {
        try (RedisServer redis = RedisServer.start()) {
            redis.kill();
            try (Backplane backplane = Backplane.open(
                    new BackplaneConfig(redis.uri(), 100, Duration.ofHours(1), Duration.ofMillis(300), 1 << 20))) {
                JobQueue queue = backplane.queue();
                queue.startWorker(Jobs.worker("w", 2), _ -> new Completion.Finished("{}"));
                assertThat(backplane.health().available()).isFalse();
                assertThatThrownBy(() -> queue.submit(Jobs.execute("acme", "1")))
                        .isInstanceOf(QueueUnavailable.class);
                redis.restart();
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> backplane.health().available());
                JobRecord job = Jobs.accepted(queue.submit(Jobs.execute("acme", "2")));
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> queue.find("acme", job.id())
                                .filter(found -> found.state() == JobState.DONE)
                                .isPresent());
            }
        }
    }

    @Test
    void connectionsThatBreakAgainAndAgainLoseNothing() {
        try (Ground ground = Ground.open()) {
            ground.queue().startWorker(Jobs.shortLease("w", 4), _ -> {
                Thread.sleep(2);
                return new Completion.Finished("{}");
            });
            List<JobRecord> jobs = new ArrayList<>();
            for (int number = 0; number < 200; number++) {
                String key = "k" + number;
                if (number % 20 == 0) {
                    ground.redis().cli("CLIENT", "KILL", "TYPE", "normal");
                }
                jobs.add(submitUntilAnswered(ground, Jobs.execute("acme", key, key)));
            }
            for (JobRecord job : jobs) {
                assertThat(ground.end(job).state()).isEqualTo(JobState.DONE);
            }
            assertThat(jobs).extracting(JobRecord::id).doesNotHaveDuplicates();
        }
    }

    private static JobRecord submitUntilAnswered(Ground ground, Submission submission) {
        while (true) {
            try {
                return switch (ground.queue().submit(submission)) {
                    case SubmitResult.Accepted(JobRecord job) -> job;
                    case SubmitResult.Known(JobRecord job) -> job;
                    case SubmitResult.Conflict conflict -> throw new AssertionError(conflict);
                    case SubmitResult.Full full -> throw new AssertionError(full);
                };
            } catch (QueueUnavailable broken) {
                assertThat(broken.getMessage()).contains("Redis");
            }
        }
    }
}
