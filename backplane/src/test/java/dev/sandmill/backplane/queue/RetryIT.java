package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.JobState;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Jobs;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetryIT {
    @Test
    void aFailureIsTriedAgainAfterAPauseUntilItSucceeds() {
        try (Ground ground = Ground.open()) {
            AtomicInteger runs = new AtomicInteger();
            ground.queue()
                    .startWorker(
                            Jobs.worker("w", 1),
                            claim -> runs.incrementAndGet() < 2
                                    ? new Completion.Failed("\"quoted\"\n\ud83d\ude00", true, Jobs.DEAD)
                                    : new Completion.Finished(
                                            "{\"attempt\":" + claim.job().attempt() + "}"));
            JobRecord job = ground.submit("acme", "1");
            JobRecord done = ground.end(job);
            assertThat(done.state()).isEqualTo(JobState.DONE);
            assertThat(done.outcomeJson()).isEqualTo("{\"attempt\":2}");
            assertThat(done.attempt()).isEqualTo(2);
            assertThat(Duration.between(done.createdAt(), done.finishedAt())).isGreaterThan(Duration.ofMillis(250));
            assertThat(ground.eventTypes(job.id()))
                    .containsExactly("accepted", "started", "retrying", "started", "finished");
        }
    }

    @Test
    void afterItsLastAttemptAJobIsDeadWithTheOutcomeOfThatAttempt() {
        try (Ground ground = Ground.open()) {
            ground.queue()
                    .startWorker(
                            Jobs.worker("w", 1),
                            claim -> new Completion.Failed(
                                    "no", true, "{\"after\":" + claim.job().attempt() + "}"));
            JobRecord job = ground.submit("acme", "1");
            JobRecord dead = ground.end(job);
            assertThat(dead.state()).isEqualTo(JobState.DEAD);
            assertThat(dead.attempt()).isEqualTo(3);
            assertThat(dead.outcomeJson()).isEqualTo("{\"after\":3}");
            assertThat(ground.queue().stats().dead()).isEqualTo(1);
        }
    }

    @Test
    void aPostponedJobComesAgainAfterAPauseWithoutABurntAttempt() {
        try (Ground ground = Ground.open()) {
            AtomicInteger runs = new AtomicInteger();
            ground.queue()
                    .startWorker(
                            Jobs.worker("w", 1),
                            claim -> runs.incrementAndGet() < 3
                                    ? new Completion.Postponed("away", Jobs.DEAD)
                                    : new Completion.Finished("{}"));
            JobRecord done = ground.end(ground.submit("acme", "1"));
            assertThat(done.state()).isEqualTo(JobState.DONE);
            assertThat(done.attempt()).isEqualTo(1);
            assertThat(Duration.between(done.createdAt(), done.finishedAt())).isGreaterThan(Duration.ofMillis(750));
            assertThat(ground.eventTypes(done.id()))
                    .containsExactly("accepted", "started", "retrying", "started", "retrying", "started", "finished");
        }
    }

    @Test
    void aJobThatWasPostponedTooOftenRunsOutOfAttempts() {
        try (Ground ground = Ground.open()) {
            JobRecord job = ground.submit("acme", "1");
            ground.redis().cli("HSET", "sm:{q}:job:" + job.id().value(), "postponed", "20");
            ground.queue().startWorker(Jobs.worker("w", 1), _ -> new Completion.Postponed("away", Jobs.DEAD));
            JobRecord dead = ground.end(job);
            assertThat(dead.state()).isEqualTo(JobState.DEAD);
            assertThat(dead.attempt()).isEqualTo(3);
            assertThat(dead.outcomeJson()).isEqualTo(Jobs.DEAD);
        }
    }

    @Test
    void aFailureThatNoRetryMendsIsDeadAtOnce() {
        try (Ground ground = Ground.open()) {
            ground.queue().startWorker(Jobs.worker("w", 1), _ -> new Completion.Failed("never", false, Jobs.DEAD));
            JobRecord dead = ground.end(ground.submit("acme", "1"));
            assertThat(dead.state()).isEqualTo(JobState.DEAD);
            assertThat(dead.attempt()).isEqualTo(1);
        }
    }

    @Test
    void aHandlerThatBreaksCostsAnAttemptAndNotTheWorker() {
        try (Ground ground = Ground.open()) {
            ground.queue().startWorker(Jobs.worker("w", 1), claim -> {
                if (claim.job().requestJson().contains("broken")) {
                    throw new StackOverflowError("deliberate");
                }
                return new Completion.Finished("{}");
            });
            JobRecord broken = ground.submit("acme", "broken");
            assertThat(ground.end(ground.submit("acme", "fine")).state()).isEqualTo(JobState.DONE);
            assertThat(ground.end(broken).outcomeJson()).isEqualTo(Jobs.DEAD);
        }
    }
}
