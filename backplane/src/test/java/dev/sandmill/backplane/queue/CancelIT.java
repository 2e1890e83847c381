package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.JobId;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobState;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Jobs;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CancelIT {
    @Test
    void aQueuedJobEndsAtOnceWithTheGivenOutcomeAndNeverRuns() {
        try (Ground ground = Ground.open()) {
            for (int number = 0; number < 10; number++) {
                ground.submit("acme", "" + number);
            }
            JobRecord deep = ground.submit("acme", "deep");
            JobRecord shallow = ground.queue()
                    .list(new JobFilter("acme", null, null, 100, null))
                    .jobs()
                    .getLast();
            for (JobRecord job : new JobRecord[] {deep, shallow}) {
                JobRecord cancelled =
                        ground.queue().cancel("acme", job.id(), Jobs.CANCELLED).orElseThrow();
                assertThat(cancelled.state()).isEqualTo(JobState.DONE);
                assertThat(cancelled.outcomeJson()).isEqualTo(Jobs.CANCELLED);
                assertThat(ground.eventTypes(job.id())).containsExactly("accepted", "finished");
            }
            assertThat(ground.queue().stats().queued()).isEqualTo(9);
            ground.queue().startWorker(Jobs.worker("w", 2), _ -> new Completion.Finished("{}"));
            for (JobRecord job : ground.queue()
                    .list(new JobFilter("acme", null, null, 100, null))
                    .jobs()) {
                assertThat(ground.end(job).state()).isEqualTo(JobState.DONE);
            }
            assertThat(ground.job(deep).attempt()).isZero();
            assertThat(ground.job(shallow).attempt()).isZero();
            assertThat(ground.queue().stats().queued()).isZero();
        }
    }

    @Test
    void aRunningJobIsInterruptedInWhicheverProcessItRunsAndItsWorkerWritesTheOutcome() throws Exception {
        try (Ground ground = Ground.open();
                Backplane elsewhere =
                        Backplane.open(BackplaneConfig.at(ground.redis().uri()))) {
            CountDownLatch started = new CountDownLatch(1);
            AtomicReference<Claim.Interruption> why = new AtomicReference<>();
            // Its leases are renewed each 20 s, with which it would hear of it too.
            WorkerConfig config = new WorkerConfig(
                    "w", JobKind.EXECUTE, 1, Duration.ofMinutes(1), 3, Duration.ofSeconds(5), _ -> Jobs.DEAD);
            elsewhere.queue().startWorker(config, claim -> {
                started.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException cancelled) {
                    why.set(claim.interruption());
                }
                return new Completion.Finished("{\"status\":\"cancelled\",\"by\":\"worker\"}");
            });
            JobRecord job = ground.submit("acme", "1");
            started.await();
            assertThat(ground.queue()
                            .cancel("acme", job.id(), Jobs.CANCELLED)
                            .orElseThrow()
                            .state())
                    .isEqualTo(JobState.RUNNING);
            JobRecord ended = ground.queue()
                    .await("acme", job.id(), Duration.ofSeconds(15))
                    .orElseThrow();
            assertThat(ended.outcomeJson()).contains("\"by\":\"worker\"");
            assertThat(why).hasValue(Claim.Interruption.CANCELLED);
        }
    }

    @Test
    void aHandlerThatThrowsWhenCancelledLeavesTheOutcomeOfTheCaller() throws Exception {
        try (Ground ground = Ground.open()) {
            CountDownLatch started = new CountDownLatch(1);
            ground.queue().startWorker(Jobs.worker("w", 1), _ -> {
                started.countDown();
                new CountDownLatch(1).await();
                throw new AssertionError("not reached");
            });
            JobRecord job = ground.submit("acme", "1");
            started.await();
            ground.queue().cancel("acme", job.id(), Jobs.CANCELLED);
            JobRecord ended = ground.end(job);
            assertThat(ended.state()).isEqualTo(JobState.DONE);
            assertThat(ended.outcomeJson()).isEqualTo(Jobs.CANCELLED);
        }
    }

    @Test
    void aFinishedJobStaysAsItIsAndAnUnknownOneIsUnknown() {
        try (Ground ground = Ground.open()) {
            JobRecord job = ground.submit("acme", "1");
            ground.queue().startWorker(Jobs.worker("w", 1), _ -> new Completion.Finished("{\"status\":\"ok\"}"));
            JobRecord done = ground.end(job);
            assertThat(ground.queue().cancel("acme", job.id(), Jobs.CANCELLED)).contains(done);
            assertThat(ground.job(job)).isEqualTo(done);
            assertThat(ground.queue().cancel("acme", new JobId("nothing"), Jobs.CANCELLED))
                    .isEmpty();
        }
    }

    @Test
    void aJobThatWaitsForItsRetryEndsAtOnce() {
        try (Ground ground = Ground.open()) {
            JobRecord job = ground.submit("acme", "1");
            ground.queue().startWorker(Jobs.worker("w", 1), _ -> new Completion.Failed("not now", true, Jobs.DEAD));
            org.awaitility.Awaitility.await()
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> ground.job(job).state() == JobState.RETRYING);
            assertThat(ground.queue()
                            .cancel("acme", job.id(), Jobs.CANCELLED)
                            .orElseThrow()
                            .outcomeJson())
                    .isEqualTo(Jobs.CANCELLED);
            assertThat(ground.queue().stats().delayed()).isZero();
        }
    }

    @Test
    void aCancelledJobWhoseWorkerDiedIsNotRunAgain() {
        try (Ground ground = Ground.open()) {
            JobRecord job = ground.submit("acme", "1");
            ground.takeAndDie("ghost", Duration.ofMillis(300));
            ground.queue().cancel("acme", job.id(), Jobs.CANCELLED);
            ground.queue().startWorker(Jobs.shortLease("w", 1), _ -> new Completion.Finished("{\"status\":\"ok\"}"));
            assertThat(ground.end(job).outcomeJson()).isEqualTo(Jobs.CANCELLED);
        }
    }
}
