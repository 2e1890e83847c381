package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.JobState;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.events.StoredEvent;
import dev.sandmill.backplane.testing.ChildWorker;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Jobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class CrashIT {
    private static final Duration LEASE = Duration.ofMillis(900);

    @Test
    void jobsOfAKilledProcessRunAgainElsewhereAndNoneIsLostOrDoneTwice() throws Exception {
        try (Ground ground = Ground.open();
                ChildWorker child = ChildWorker.start(ground.redis().uri(), "child", 4, LEASE)) {
            List<JobRecord> jobs = new ArrayList<>();
            for (int number = 0; number < 8; number++) {
                jobs.add(ground.submit("acme", "60000"));
            }
            child.awaitLine("started");
            child.kill();
            AtomicLong reclaimed = new AtomicLong();
            Backplane survivor =
                    Backplane.open(BackplaneConfig.at(ground.redis().uri()), new QueueObserver() {
                        @Override
                        public void reclaimed(String kind, long jobs) {
                            assertThat(kind).isEqualTo("execute");
                            reclaimed.addAndGet(jobs);
                        }
                    });
            survivor.queue()
                    .startWorker(Jobs.shortLease("survivor", 4), _ -> new Completion.Finished("{\"by\":\"survivor\"}"));
            for (JobRecord job : jobs) {
                JobRecord done = ground.end(job);
                assertThat(done.state()).isEqualTo(JobState.DONE);
                assertThat(done.outcomeJson()).contains("survivor");
                assertThat(ground.eventTypes(job.id()))
                        .filteredOn("finished"::equals)
                        .hasSize(1);
                assertGapless(ground.backplane().events().read(job.id(), 0, Duration.ZERO));
            }
            survivor.close();
            assertThat(reclaimed)
                    .hasValue(jobs.stream()
                            .mapToLong(job -> ground.job(job).attempt() - 1L)
                            .sum());
            assertThat(reclaimed.get()).isPositive();
            assertThat(ground.queue().stats().running()).isZero();
            assertThat(ground.redis().cli("XLEN", "sm:{q}:ready:execute")).isEqualTo("0");
        }
    }

    private static void assertGapless(List<StoredEvent> events) {
        for (int index = 0; index < events.size(); index++) {
            assertThat(events.get(index).sequence()).isEqualTo(index + 1L);
        }
    }

    @Test
    void aWorkerThatWasStoppedForTooLongCommitsNothingWhenItComesBack() {
        try (Ground ground = Ground.open();
                ChildWorker child = ChildWorker.start(ground.redis().uri(), "zombie", 1, LEASE)) {
            JobRecord job = ground.submit("acme", "500");
            child.awaitLine("started");
            child.pause();
            ground.queue()
                    .startWorker(Jobs.shortLease("survivor", 1), _ -> new Completion.Finished("{\"by\":\"survivor\"}"));
            JobRecord done = ground.end(job);
            assertThat(done.outcomeJson()).isEqualTo("{\"by\":\"survivor\"}");
            assertThat(done.attempt()).isEqualTo(2);
            child.resume();
            ground.submit("acme", "1");
            Awaitility.await()
                    .until(() -> ground.queue().stats().running()
                                    + ground.queue().stats().queued()
                            == 0);
            assertThat(ground.job(job)).isEqualTo(done);
            assertThat(ground.eventTypes(job.id()))
                    .containsExactly("accepted", "started", "retrying", "started", "finished");
        }
    }

    @Test
    void anOldTokenCanNeitherEmitNorRenewNorFinish() {
        try (Ground ground = Ground.open()) {
            JobRecord job = ground.submit("acme", "1");
            String token = ground.takeAndDie("ghost", Duration.ofMillis(100));
            CountDownLatch release = new CountDownLatch(1);
            ground.queue().startWorker(Jobs.worker("w", 1), _ -> {
                release.await();
                return new Completion.Finished("{\"by\":\"w\"}");
            });
            Awaitility.await().until(() -> ground.job(job).attempt() == 2);
            String id = job.id().value();
            assertThat(ground.redis().cli("FCALL", "sandmill_emit", "1", "sm:{q}", id, token, "output", "{}"))
                    .isEqualTo("0");
            assertThat(ground.redis().cli("FCALL", "sandmill_renew", "1", "sm:{q}", "execute", "60000", id, token))
                    .isEqualTo("0");
            assertThat(ground.redis()
                            .cli(
                                    "FCALL",
                                    "sandmill_finish",
                                    "1",
                                    "sm:{q}",
                                    "execute",
                                    id,
                                    token,
                                    "done",
                                    "{\"by\":\"ghost\"}",
                                    "0",
                                    "3",
                                    "{}",
                                    "ghost",
                                    "0",
                                    "1000"))
                    .isEqualTo("0");
            release.countDown();
            assertThat(ground.end(job).outcomeJson()).isEqualTo("{\"by\":\"w\"}");
            assertThat(ground.eventTypes(job.id())).doesNotContain("output");
        }
    }

    @Test
    void aCommitWhoseAnswerWasLostCanBeRepeated() {
        try (Ground ground = Ground.open()) {
            JobRecord job = ground.submit("acme", "1");
            String token = ground.takeAndDie("w", Duration.ofSeconds(60));
            for (int time = 0; time < 2; time++) {
                assertThat(ground.redis()
                                .cli(
                                        "FCALL",
                                        "sandmill_finish",
                                        "1",
                                        "sm:{q}",
                                        "execute",
                                        job.id().value(),
                                        token,
                                        "done",
                                        "{\"time\":" + time + "}",
                                        "0",
                                        "3",
                                        "{}",
                                        "w",
                                        "0",
                                        "1000"))
                        .isEqualTo("1");
            }
            assertThat(ground.job(job).outcomeJson()).isEqualTo("{\"time\":0}");
            assertThat(ground.eventTypes(job.id())).containsExactly("accepted", "started", "finished");
        }
    }

    @Test
    void aJobThatKillsItsWorkersIsDeadAfterItsLastAttemptAndItsNeighboursGoOn() {
        try (Ground ground = Ground.open()) {
            JobRecord poison = ground.submit("acme", "poison");
            for (int death = 0; death < 3; death++) {
                Awaitility.await().until(() -> {
                    String token = ground.takeAndDie("ghost", Duration.ofMillis(50));
                    ground.redis().cli("FCALL", "sandmill_tend", "1", "sm:{q}", "execute", "tender", "1000", "3", "1");
                    return !token.isEmpty();
                });
            }
            JobRecord neighbour = ground.submit("acme", "fine");
            ground.queue().startWorker(Jobs.shortLease("w", 1), _ -> new Completion.Finished("{}"));
            assertThat(ground.end(neighbour).state()).isEqualTo(JobState.DONE);
            JobRecord dead = ground.end(poison);
            assertThat(dead.state()).isEqualTo(JobState.DEAD);
            assertThat(dead.outcomeJson()).isEqualTo(Jobs.DEAD);
            assertThat(dead.attempt()).isEqualTo(3);
        }
    }

    @Test
    void aDeliveryThatNobodyClaimedGoesToAnotherWorkerWithoutCostingAnAttempt() {
        try (Ground ground = Ground.open()) {
            JobRecord job = ground.submit("acme", "1");
            ground.redis().cli("XGROUP", "CREATE", "sm:{q}:ready:execute", "workers", "0");
            ground.redis()
                    .cli(
                            "XREADGROUP",
                            "GROUP",
                            "workers",
                            "ghost",
                            "COUNT",
                            "1",
                            "STREAMS",
                            "sm:{q}:ready:execute",
                            ">");
            ground.queue().startWorker(Jobs.worker("w", 1), _ -> new Completion.Finished("{}"));
            JobRecord done = ground.end(job);
            assertThat(done.state()).isEqualTo(JobState.DONE);
            assertThat(done.attempt()).isEqualTo(1);
        }
    }

    @Test
    void jobsThatWereTakenButNeverArrivedGoBackWithoutCostingAnAttempt() {
        try (Ground ground = Ground.open()) {
            JobRecord job = ground.submit("acme", "1");
            ground.takeAndDie("w", Duration.ofSeconds(60));
            assertThat(ground.redis().cli("FCALL", "sandmill_disown", "1", "sm:{q}", "execute", "w"))
                    .isEqualTo("1");
            assertThat(ground.job(job).state()).isEqualTo(JobState.QUEUED);
            assertThat(ground.job(job).attempt()).isZero();
            assertThat(ground.queue().stats().queued()).isEqualTo(1);
        }
    }

    @Test
    void aLongJobKeepsItsLeaseWhileEveryCarrierOfVirtualThreadsIsBusy() {
        try (Ground ground = Ground.open()) {
            AtomicInteger runs = new AtomicInteger();
            int slots = Runtime.getRuntime().availableProcessors() + 1;
            ground.queue().startWorker(Jobs.shortLease("busy", slots), _ -> {
                runs.incrementAndGet();
                long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                return new Completion.Finished("{}");
            });
            List<JobRecord> jobs = new ArrayList<>();
            for (int number = 0; number < slots; number++) {
                jobs.add(ground.submit("acme", "" + number));
            }
            jobs.forEach(job -> assertThat(ground.end(job).attempt()).isEqualTo(1));
            assertThat(runs).hasValue(slots);
        }
    }

    @Test
    void aReadyEntryThatCameTwiceDoesNotReviveAFinishedJob() {
        try (Ground ground = Ground.open()) {
            JobRecord job = ground.submit("acme", "1");
            ground.redis()
                    .cli("XADD", "sm:{q}:ready:execute", "*", "j", job.id().value());
            AtomicInteger runs = new AtomicInteger();
            ground.queue().startWorker(Jobs.worker("w", 1), _ -> {
                runs.incrementAndGet();
                return new Completion.Finished("{}");
            });
            JobRecord done = ground.end(job);
            ground.redis()
                    .cli("XADD", "sm:{q}:ready:execute", "*", "j", job.id().value());
            Awaitility.await()
                    .until(() ->
                            ground.redis().cli("XLEN", "sm:{q}:ready:execute").equals("0"));
            assertThat(ground.end(ground.submit("acme", "2")).state()).isEqualTo(JobState.DONE);
            assertThat(ground.job(job)).isEqualTo(done);
            assertThat(runs).hasValue(2);
        }
    }

    @Test
    void aWorkerThatLeavesPassesOnWhatItWasGiven() {
        try (Ground ground = Ground.open()) {
            ground.submit("acme", "1");
            ground.redis().cli("XGROUP", "CREATE", "sm:{q}:ready:execute", "workers", "0");
            ground.redis()
                    .cli(
                            "XREADGROUP",
                            "GROUP",
                            "workers",
                            "leaver",
                            "COUNT",
                            "1",
                            "STREAMS",
                            "sm:{q}:ready:execute",
                            ">");
            ground.redis().cli("FCALL", "sandmill_leave", "1", "sm:{q}", "execute", "leaver");
            assertThat(ground.redis().cli("XINFO", "CONSUMERS", "sm:{q}:ready:execute", "workers"))
                    .isEmpty();
            assertThat(ground.takeAndDie("next", Duration.ofSeconds(60))).isNotEmpty();
        }
    }
}
