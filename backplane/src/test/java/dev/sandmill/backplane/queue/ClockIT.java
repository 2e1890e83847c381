package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.JobState;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Jobs;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// What is left behind when the clock of Redis's host is turned back by an hour: deadlines an hour too late. The clocks
/// of other hosts decide nothing: the architecture's rules forbid to read them in this module.
class ClockIT {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String LEASES = "sm:{q}:leases:execute";

    @Test
    void jobsOfADeadWorkerDoNotWaitForAsLongAsTheClockWasTurnedBack() {
        try (Ground ground = Ground.open()) {
            JobRecord job = ground.submit("acme", "1");
            assertThat(ground.takeAndDie("ghost", HOUR)).isNotEmpty();
            ground.queue().startWorker(Jobs.shortLease("w", 1), _ -> new Completion.Finished("{}"));
            assertThat(ground.end(job).state()).isEqualTo(JobState.DONE);
            assertThat(ground.job(job).attempt()).isEqualTo(2);
        }
    }

    @Test
    void aLiveWorkerKeepsItsJobsWhereTheClockIsTurnedBack() {
        try (Ground ground = Ground.open()) {
            CountDownLatch mended = new CountDownLatch(1);
            ground.queue().startWorker(Jobs.shortLease("w", 1), _ -> {
                mended.await();
                return new Completion.Finished("{}");
            });
            JobRecord job = ground.submit("acme", "1");
            Awaitility.await().until(() -> ground.job(job).state() == JobState.RUNNING);
            double late = later(ground, job);
            Awaitility.await().until(() -> lease(ground, job) < late - HOUR.toMillis() / 2);
            Awaitility.await().until(() -> lease(ground, job) > late - HOUR.toMillis() + 2_000);
            mended.countDown();
            assertThat(ground.end(job).attempt()).isEqualTo(1);
        }
    }

    private static double later(Ground ground, JobRecord job) {
        return Double.parseDouble(ground.redis()
                .cli("ZINCRBY", LEASES, Long.toString(HOUR.toMillis()), job.id().value()));
    }

    private static double lease(Ground ground, JobRecord job) {
        return Double.parseDouble(ground.redis().cli("ZSCORE", LEASES, job.id().value()));
    }

    @Test
    void aRetryDoesNotWaitForAsLongAsTheClockWasTurnedBack() {
        try (Ground ground = Ground.open()) {
            ground.queue()
                    .startWorker(
                            Jobs.shortLease("w", 1),
                            claim -> claim.job().attempt() == 1
                                    ? new Completion.Failed("again", true, "{}")
                                    : new Completion.Finished("{}"));
            JobRecord job = ground.submit("acme", "1");
            Awaitility.await()
                    .until(() -> ground.redis()
                            .cli(
                                    "ZADD",
                                    "sm:{q}:delayed:execute",
                                    "XX",
                                    "CH",
                                    "INCR",
                                    Long.toString(HOUR.toMillis()),
                                    job.id().value())
                            .matches("[0-9.e+]+"));
            assertThat(ground.end(job).state()).isEqualTo(JobState.DONE);
        }
    }
}
