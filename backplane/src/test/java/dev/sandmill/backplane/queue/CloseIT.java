package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobState;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Jobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class CloseIT {
    private static WorkerConfig draining(Duration drain) {
        return new WorkerConfig("closing", JobKind.EXECUTE, 2, Duration.ofSeconds(15), 3, drain, _ -> Jobs.DEAD);
    }

    @Test
    void aClosingWorkerLetsItsJobsEndAndTakesNoMore() throws Exception {
        try (Ground ground = Ground.open()) {
            CountDownLatch started = new CountDownLatch(2);
            Worker worker = ground.queue().startWorker(draining(Duration.ofSeconds(10)), _ -> {
                started.countDown();
                Thread.sleep(300);
                return new Completion.Finished("{}");
            });
            List<JobRecord> jobs = new ArrayList<>();
            for (int number = 0; number < 6; number++) {
                jobs.add(ground.submit("acme", "" + number));
            }
            started.await();
            worker.close();
            assertThat(jobs)
                    .filteredOn(job -> ground.job(job).state() == JobState.DONE)
                    .hasSize(2);
            assertThat(jobs)
                    .filteredOn(job -> ground.job(job).state() == JobState.QUEUED)
                    .hasSize(4);
            assertThat(worker.isTakingJobs()).isFalse();
            assertThat(worker.busySlots()).isZero();
        }
    }

    @Test
    void whatDoesNotEndInTimeGoesBackWithoutCostingAnAttempt() throws Exception {
        try (Ground ground = Ground.open()) {
            CountDownLatch started = new CountDownLatch(1);
            AtomicReference<Claim.Interruption> why = new AtomicReference<>();
            Worker worker = ground.queue().startWorker(draining(Duration.ofMillis(50)), claim -> {
                started.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException stopped) {
                    why.set(claim.interruption());
                }
                return new Completion.HandedBack();
            });
            JobRecord job = ground.submit("acme", "1");
            started.await();
            worker.close();
            assertThat(why).hasValue(Claim.Interruption.STOPPING);
            assertThat(ground.job(job).state()).isEqualTo(JobState.QUEUED);
            assertThat(ground.job(job).attempt()).isZero();
            ground.queue().startWorker(Jobs.worker("next", 1), _ -> new Completion.Finished("{}"));
            assertThat(ground.end(job).attempt()).isEqualTo(1);
            assertThat(ground.eventTypes(job.id()))
                    .containsExactly("accepted", "started", "retrying", "started", "finished");
        }
    }

    @Test
    void anIdleWorkerClosesPromptlyAndLeavesNoConsumer() {
        try (Ground ground = Ground.open()) {
            Worker worker =
                    ground.queue().startWorker(draining(Duration.ofMinutes(2)), _ -> new Completion.Finished("{}"));
            Awaitility.await().until(worker::isTakingJobs);
            long before = System.nanoTime();
            worker.close();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMinutes(1));
            assertThat(ground.redis().cli("XINFO", "CONSUMERS", "sm:{q}:ready:execute", "workers"))
                    .isEmpty();
        }
    }

    @Test
    void aPausedWorkerTakesNothingUntilItIsResumed() {
        try (Ground ground = Ground.open()) {
            Worker worker = ground.queue().startWorker(Jobs.worker("w", 1), _ -> new Completion.Finished("{}"));
            Awaitility.await().until(worker::isTakingJobs);
            worker.pause();
            assertThat(worker.isTakingJobs()).isFalse();
            JobRecord job = ground.submit("acme", "1");
            ground.queue()
                    .startWorker(
                            new WorkerConfig(
                                    "other",
                                    JobKind.INDEX,
                                    1,
                                    Duration.ofSeconds(15),
                                    3,
                                    Duration.ZERO,
                                    _ -> Jobs.DEAD),
                            _ -> new Completion.Finished("{}"));
            JobRecord other =
                    Jobs.accepted(ground.queue().submit(new Submission("acme", JobKind.INDEX, "{}", null, null)));
            assertThat(ground.end(other).state()).isEqualTo(JobState.DONE);
            Awaitility.await()
                    .during(Duration.ofMillis(1200))
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> ground.job(job).state() == JobState.QUEUED);
            worker.resume();
            assertThat(ground.end(job).state()).isEqualTo(JobState.DONE);
        }
    }

    @Test
    void aWorkerRunsAsManyJobsAtATimeAsItHasSlotsNow() {
        try (Ground ground = Ground.open()) {
            Semaphore ends = new Semaphore(0);
            Worker worker = ground.queue().startWorker(Jobs.worker("w", 1), _ -> {
                ends.acquire();
                return new Completion.Finished("{}");
            });
            List<JobRecord> jobs = new ArrayList<>();
            for (int number = 0; number < 8; number++) {
                jobs.add(ground.submit("acme", "" + number));
            }
            Awaitility.await().until(() -> worker.busySlots() == 1);
            worker.setSlots(3);
            Awaitility.await().until(() -> worker.busySlots() == 3);
            worker.setSlots(1);
            ends.release(2);
            Awaitility.await().until(() -> worker.busySlots() == 1);
            Awaitility.await().during(Duration.ofMillis(300)).until(() -> worker.busySlots() == 1);
            ends.release(6);
            jobs.forEach(job -> assertThat(ground.end(job).state()).isEqualTo(JobState.DONE));
        }
    }
}
