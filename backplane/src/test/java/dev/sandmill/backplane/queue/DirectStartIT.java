package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobState;
import dev.sandmill.backplane.testing.ChildWorker;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Jobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Jobs that start in the step that submits them, because this process has a slot for them and nobody waits.
class DirectStartIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String[] ENQUEUE = {"FCALL", "sandmill_enqueue", "1", "sm:{q}"};

    private static JobRecord submitted(Ground ground, String source) throws InterruptedException {
        return Jobs.accepted(ground.queue().submit(Jobs.execute("acme", source), PATIENCE));
    }

    /// What another process does that has a free slot.
    private static List<String> enqueueFor(Ground ground, String worker) {
        List<String> command = new ArrayList<>(List.of(ENQUEUE));
        command.addAll(List.of("acme", "execute", Jobs.body("1"), "", "", worker, "60000"));
        return ground.redis().cli(command.toArray(String[]::new)).lines().toList();
    }

    @Test
    void theAnswerIsTheJobAsItIsStoredAndItsEventsAreWhole() throws Exception {
        try (Ground ground = Ground.open()) {
            ground.queue().startWorker(Jobs.worker("w", 1), claim -> {
                claim.emit("output", "{\"text\":\"1\"}");
                return new Completion.Finished("{\"status\":\"ok\"}");
            });
            for (int number = 0; number < 3; number++) {
                JobRecord done = submitted(ground, "" + number);
                assertThat(done.state()).isEqualTo(JobState.DONE);
                assertThat(ground.job(done)).isEqualTo(done);
                assertThat(ground.eventTypes(done.id())).containsExactly("accepted", "started", "output", "finished");
            }
            assertThat(ground.queue().stats().running()).isZero();
        }
    }

    @Test
    void nothingPassesThroughTheReadyStreamAndNobodyIsToldWhoDidNotAsk() throws Exception {
        try (Ground ground = Ground.open()) {
            ground.queue().startWorker(Jobs.worker("w", 1), _ -> new Completion.Finished("{}"));
            Awaitility.await().until(() -> submitted(ground, "warm").state() == JobState.DONE);
            // Until the worker has its slot, a warming job takes the long way, upon which somebody waits for it.
            String told = ground.redis().cli("XLEN", "sm:{q}:news");
            String before = ground.redis().cli("XINFO", "STREAM", "sm:{q}:ready:execute");
            submitted(ground, "1");
            assertThat(ground.redis().cli("XINFO", "STREAM", "sm:{q}:ready:execute"))
                    .isEqualTo(before);
            assertThat(ground.redis().cli("XLEN", "sm:{q}:news")).isEqualTo(told);
        }
    }

    @Test
    void aJobOfAProcessThatIsKilledBeforeItsEndRunsAgainElsewhere() {
        Duration lease = Duration.ofMillis(900);
        try (Ground ground = Ground.open();
                ChildWorker child = ChildWorker.startAndSubmit(ground.redis().uri(), "child", 1, lease, "60000")) {
            child.awaitLine("started");
            JobRecord job = ground.queue()
                    .list(new JobFilter("acme", null, null, 1, null))
                    .jobs()
                    .getFirst();
            assertThat(job.state()).isEqualTo(JobState.RUNNING);
            child.kill();
            ground.queue()
                    .startWorker(Jobs.shortLease("survivor", 1), _ -> new Completion.Finished("{\"by\":\"survivor\"}"));
            JobRecord done = ground.end(job);
            assertThat(done.outcomeJson()).isEqualTo("{\"by\":\"survivor\"}");
            assertThat(done.attempt()).isEqualTo(2);
            assertThat(ground.eventTypes(job.id()))
                    .containsExactly("accepted", "started", "retrying", "started", "finished");
        }
    }

    @Test
    void aJobWhoseAnswerNeverArrivedGoesBackWithoutCostingAnAttempt() {
        try (Ground ground = Ground.open()) {
            ground.queue().stats();
            String id = enqueueFor(ground, "deaf").get(1);
            assertThat(ground.redis().cli("HGET", "sm:{q}:job:" + id, "state")).isEqualTo("running");
            assertThat(ground.redis().cli("FCALL", "sandmill_disown", "1", "sm:{q}", "execute", "deaf"))
                    .isEqualTo("1");
            assertThat(ground.redis().cli("HMGET", "sm:{q}:job:" + id, "state", "attempt"))
                    .isEqualTo("queued\n0");
        }
    }

    @Test
    void aFreeSlotDoesNotLetAJobPassThoseThatWait() {
        try (Ground ground = Ground.open()) {
            ground.queue().stats();
            assertThat(enqueueFor(ground, "w")).hasSize(4);
            JobRecord waiting = ground.submit("other", "1");
            assertThat(enqueueFor(ground, "w")).hasSize(3);
            assertThat(ground.takeAndDie("next", Duration.ofSeconds(60))).isNotEmpty();
            assertThat(ground.job(waiting).state()).isEqualTo(JobState.RUNNING);
        }
    }

    @Test
    void aTenantThatFillsTheSlotsItselfDoesNotKeepAnotherWaiting() throws Exception {
        try (Ground ground = Ground.open()) {
            SynchronousQueue<String> gate = new SynchronousQueue<>();
            List<String> order = Collections.synchronizedList(new ArrayList<>());
            ground.queue().startWorker(Jobs.worker("w", 1), claim -> {
                gate.take();
                order.add(claim.job().tenant());
                return new Completion.Finished("{}");
            });
            for (int number = 0; number < 40; number++) {
                ground.submit("flood", "" + number);
            }
            ground.submit("late", "1");
            for (int number = 0; number < 41; number++) {
                if (order.size() < 41 && !order.contains("late")) {
                    ground.submit("flood", "more " + number);
                }
                gate.put("go");
            }
            assertThat(order.indexOf("late")).isBetween(0, 8);
        }
    }

    @Test
    void aJobThatWasStartedAtOnceIsCancelledLikeAnyOther() throws Exception {
        try (Ground ground = Ground.open()) {
            CompletableFuture<JobRecord> running = new CompletableFuture<>();
            CountDownLatch stopped = new CountDownLatch(1);
            ground.queue().startWorker(Jobs.worker("w", 1), claim -> {
                if (claim.job().requestJson().contains("warm")) {
                    return new Completion.Finished("{}");
                }
                running.complete(claim.job());
                try {
                    new CountDownLatch(1).await();
                } finally {
                    stopped.countDown();
                }
                throw new AssertionError("not reached");
            });
            // A worker that has just begun holds its slots to ask for what waits already.
            Awaitility.await().until(() -> submitted(ground, "warm").state() == JobState.DONE);
            CompletableFuture<JobRecord> answer = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    answer.complete(submitted(ground, "1"));
                } catch (Throwable failed) {
                    answer.completeExceptionally(failed);
                }
            });
            ground.queue().cancel("acme", running.get().id(), Jobs.CANCELLED);
            JobRecord ended = answer.get();
            assertThat(ended.outcomeJson()).isEqualTo(Jobs.CANCELLED);
            assertThat(stopped.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(ground.eventTypes(ended.id())).containsExactly("accepted", "started", "finished");
        }
    }

    @Test
    @Timeout(60)
    void whoseTimeIsOverSeesTheJobRunAndItGoesOn() throws Exception {
        try (Ground ground = Ground.open()) {
            CountDownLatch goOn = new CountDownLatch(1);
            ground.queue().startWorker(Jobs.worker("w", 1), _ -> {
                goOn.await();
                return new Completion.Finished("{}");
            });
            JobRecord seen = Jobs.accepted(ground.queue().submit(Jobs.execute("acme", "1"), Duration.ofMillis(100)));
            assertThat(seen.state()).isIn(JobState.RUNNING, JobState.QUEUED);
            goOn.countDown();
            assertThat(ground.end(seen).state()).isEqualTo(JobState.DONE);
        }
    }

    @Test
    void whoWaitsForAJobThatHasToBeRetriedGetsItsLastEnd() throws Exception {
        try (Ground ground = Ground.open()) {
            ground.queue()
                    .startWorker(
                            Jobs.worker("w", 1),
                            claim -> claim.job().attempt() == 1
                                    ? new Completion.Failed("once", true, Jobs.DEAD)
                                    : new Completion.Finished("{\"attempt\":2}"));
            JobRecord done = submitted(ground, "1");
            assertThat(done.outcomeJson()).isEqualTo("{\"attempt\":2}");
            assertThat(ground.job(done)).isEqualTo(done);
        }
    }

    @Test
    void aPausedWorkerStartsNothing() throws Exception {
        try (Ground ground = Ground.open()) {
            Worker worker = ground.queue().startWorker(Jobs.worker("w", 1), _ -> new Completion.Finished("{}"));
            worker.pause();
            JobRecord job = Jobs.accepted(ground.queue().submit(Jobs.execute("acme", "1"), Duration.ofMillis(50)));
            assertThat(job.state()).isEqualTo(JobState.QUEUED);
            worker.resume();
            assertThat(ground.end(job).state()).isEqualTo(JobState.DONE);
        }
    }

    @Test
    void whatWasDeliveredBeyondTheSlotsGoesToAnother() {
        try (Ground ground = Ground.open()) {
            JobRecord job = ground.submit("acme", "1");
            ground.redis().cli("XGROUP", "CREATE", "sm:{q}:ready:execute", "workers", "0");
            String[] read = {
                "XREADGROUP", "GROUP", "workers", "full", "COUNT", "1", "STREAMS", "sm:{q}:ready:execute", ">"
            };
            assertThat(ground.redis().cli(read)).contains(job.id().value());
            String entry = ground.redis().cli("HGET", "sm:{q}:job:" + job.id(), "entry");
            String[] take = {
                "FCALL",
                "sandmill_take",
                "1",
                "sm:{q}",
                "execute",
                "full",
                "0",
                "60000",
                entry,
                job.id().value()
            };
            assertThat(ground.redis().cli(take)).isEmpty();
            assertThat(ground.takeAndDie("next", Duration.ofSeconds(60))).isNotEmpty();
            assertThat(ground.job(job).attempt()).isEqualTo(1);
        }
    }

    @Test
    void aJobWhoseOutcomeIsKnownIsOverAtOnceAndIsAJobLikeAnyOther() throws Exception {
        try (Ground ground = Ground.open()) {
            String known = "{\"status\":\"ok\"}";
            Submission submission = Jobs.execute("acme", "1", "key");
            JobRecord done = Jobs.accepted(ground.queue().submitEnded(submission, known));
            assertThat(done.state()).isEqualTo(JobState.DONE);
            assertThat(done.outcomeJson()).isEqualTo(known);
            assertThat(ground.job(done)).isEqualTo(done);
            assertThat(ground.backplane().events().read(done.id(), 1, Duration.ZERO))
                    .extracting(event -> event.sequence() + " " + event.type() + " " + event.dataJson())
                    .containsExactly(
                            "2 started {\"attempt\":1}", "3 finished {\"state\":\"done\",\"outcome\":" + known + "}");
            assertThat(ground.queue().submit(submission)).isEqualTo(new SubmitResult.Known(done));
            assertThat(ground.queue().submitEnded(Jobs.execute("acme", "2", "key"), known))
                    .isInstanceOf(SubmitResult.Conflict.class);
            assertThat(Long.parseLong(ground.redis().cli("PTTL", "sm:{q}:job:" + done.id())))
                    .isPositive();
            assertThat(Long.parseLong(ground.redis().cli("PTTL", "sm:{q}:ev:" + done.id())))
                    .isPositive();
            assertThat(ground.queue()
                            .list(new JobFilter("acme", JobKind.EXECUTE, null, 10, null))
                            .jobs())
                    .containsExactly(done);
            assertThat(ground.queue().stats().queued()).isZero();
        }
    }
}
