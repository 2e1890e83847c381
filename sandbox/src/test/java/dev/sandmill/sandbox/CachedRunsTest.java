package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.Content;
import dev.sandmill.api.Executed;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.Usage;
import dev.sandmill.sandbox.cache.Recheck;
import dev.sandmill.sandbox.cache.ResultKey;
import dev.sandmill.sandbox.container.ContainerLost;
import dev.sandmill.sandbox.container.ContainerUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who runs a deterministic program, who waits, and what is believed.
class CachedRunsTest {
    private static final ResultKey KEY = new ResultKey("key");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int NEVER = Integer.MAX_VALUE;

    private final RealSandbox.MemoryResults results = new RealSandbox.MemoryResults();
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void close() {
        callers.shutdownNow();
    }

    private static Executed end(ProgramStatus status, String stdout) {
        return new Executed(
                status,
                0,
                null,
                Content.utf8(stdout),
                false,
                Content.EMPTY,
                false,
                Usage.NONE,
                false,
                true,
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                null);
    }

    private CachedRuns cached(int doubtsOneOf) {
        return new CachedRuns(results, new Recheck(doubtsOneOf));
    }

    /// A program whose first run goes on until it is told to end.
    private static final class Gate {
        final CountDownLatch started = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        final AtomicInteger runs = new AtomicInteger();
        final AtomicInteger running = new AtomicInteger();

        void pass() throws InterruptedException {
            running.incrementAndGet();
            runs.incrementAndGet();
            started.countDown();
            goOn.await();
            running.decrementAndGet();
        }
    }

    private List<Future<Executed>> follow(CachedRuns cached, int count, CachedRuns.Run run) {
        List<Future<Executed>> followers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            followers.add(callers.submit(() -> {
                synchronized (threads) {
                    threads.add(Thread.currentThread());
                }
                return cached.answer(KEY, PATIENCE, run);
            }));
        }
        Awaitility.await().until(() -> {
            synchronized (threads) {
                return threads.size() == count
                        && threads.stream()
                                .allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING
                                        || thread.getState() == Thread.State.WAITING);
            }
        });
        return followers;
    }

    @Test
    void identicalProgramsRunOnceAndAllAreAnswered() throws Exception {
        CachedRuns cached = cached(NEVER);
        Gate gate = new Gate();
        CachedRuns.Run run = () -> {
            gate.pass();
            return end(ProgramStatus.OK, "1");
        };
        Future<Executed> first = callers.submit(() -> cached.answer(KEY, PATIENCE, run));
        gate.started.await();
        List<Future<Executed>> followers = follow(cached, 20, run);
        gate.goOn.countDown();
        assertThat(first.get().cached()).isFalse();
        for (Future<Executed> follower : followers) {
            assertThat(follower.get().cached()).isTrue();
            assertThat(follower.get().stdout()).isEqualTo(Content.utf8("1"));
        }
        assertThat(gate.runs).hasValue(1);
        assertThat(cached.hits()).isEqualTo(20);
    }

    @Test
    void whenTheFirstFailsAnotherTakesItsPlace() throws Exception {
        CachedRuns cached = cached(NEVER);
        Gate gate = new Gate();
        Future<Executed> first = callers.submit(() -> cached.answer(KEY, PATIENCE, () -> {
            gate.pass();
            throw new ContainerUnavailable("Docker is away", new IllegalStateException("no socket"));
        }));
        gate.started.await();
        AtomicInteger runs = new AtomicInteger();
        List<Future<Executed>> followers = follow(cached, 5, () -> {
            runs.incrementAndGet();
            return end(ProgramStatus.OK, "2");
        });
        gate.goOn.countDown();
        assertThatThrownBy(first::get).hasCauseInstanceOf(ContainerUnavailable.class);
        for (Future<Executed> follower : followers) {
            assertThat(follower.get().stdout()).isEqualTo(Content.utf8("2"));
        }
        assertThat(runs.get()).isBetween(1, 5);
    }

    @Test
    void aCancelledFirstDoesNotCancelTheOthers() throws Exception {
        CachedRuns cached = cached(NEVER);
        Gate gate = new Gate();
        callers.submit(() -> cached.answer(KEY, PATIENCE, () -> {
            gate.pass();
            return Executed.withoutRun(ProgramStatus.CANCELLED, "cancelled");
        }));
        gate.started.await();
        List<Future<Executed>> followers = follow(cached, 1, () -> end(ProgramStatus.OK, "3"));
        gate.goOn.countDown();
        assertThat(followers.getFirst().get().status()).isEqualTo(ProgramStatus.OK);
    }

    @Test
    void aCancelledFollowerLeavesAtOnce() throws Exception {
        CachedRuns cached = cached(NEVER);
        Gate gate = new Gate();
        CachedRuns.Run run = () -> {
            gate.pass();
            return end(ProgramStatus.OK, "4");
        };
        Future<Executed> first = callers.submit(() -> cached.answer(KEY, PATIENCE, run));
        gate.started.await();
        List<Future<Executed>> followers = follow(cached, 1, run);
        followers.getFirst().cancel(true);
        assertThat(first.isDone()).isFalse();
        gate.goOn.countDown();
        assertThat(first.get().status()).isEqualTo(ProgramStatus.OK);
        assertThat(gate.runs).hasValue(1);
    }

    @Test
    void afterALimitWasMetTheOthersRunSideBySide() throws Exception {
        CachedRuns cached = cached(NEVER);
        Gate first = new Gate();
        callers.submit(() -> cached.answer(KEY, PATIENCE, () -> {
            first.pass();
            return end(ProgramStatus.WALL_LIMIT, "");
        }));
        first.started.await();
        Gate others = new Gate();
        List<Future<Executed>> followers = follow(cached, 4, () -> {
            others.pass();
            return end(ProgramStatus.WALL_LIMIT, "");
        });
        first.goOn.countDown();
        Awaitility.await().until(() -> others.running.get() == 4);
        others.goOn.countDown();
        for (Future<Executed> follower : followers) {
            assertThat(follower.get().cached()).isFalse();
        }
        assertThat(results.stored).isEmpty();
    }

    @Test
    void whoWaitedLongEnoughRunsByItself() throws Exception {
        CachedRuns cached = cached(NEVER);
        Gate gate = new Gate();
        callers.submit(() -> cached.answer(KEY, PATIENCE, () -> {
            gate.pass();
            return end(ProgramStatus.OK, "5");
        }));
        gate.started.await();
        Executed own = cached.answer(KEY, Duration.ofMillis(1), () -> end(ProgramStatus.OK, "5"));
        assertThat(own.cached()).isFalse();
        gate.goOn.countDown();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<__main__.A object at 0x7f1c2d3e4f50>",
                "<function f at 0x7f1c2d3e4f50>",
                "Main$A@1b6d3586",
                "[I@7852e922",
                "RecursionError: maximum recursion depth exceeded",
                "RangeError: Maximum call stack size exceeded"
            })
    void whatIsOfThatDayIsNotRemembered(String printed) throws Exception {
        cached(NEVER).answer(KEY, PATIENCE, () -> end(ProgramStatus.OK, "a\n" + printed + "\n"));
        assertThat(results.stored).isEmpty();
    }

    @Test
    void ordinaryOutputIsRemembered() throws Exception {
        cached(NEVER).answer(KEY, PATIENCE, () -> end(ProgramStatus.OK, "0x7f1c at 3, ann@example.org, x@y\n"));
        assertThat(results.stored).containsKey(KEY);
    }

    @Test
    void aDoubtedAnswerThatIsConfirmedStays() throws Exception {
        Recheck recheck = new Recheck(1);
        CachedRuns cached = new CachedRuns(results, recheck);
        results.put(KEY, end(ProgramStatus.OK, "6"));
        assertThat(cached.answer(KEY, PATIENCE, () -> end(ProgramStatus.OK, "6"))
                        .cached())
                .isFalse();
        assertThat(recheck.checked()).isEqualTo(1);
        assertThat(recheck.differed()).isZero();
        assertThat(results.stored).containsKey(KEY);
    }

    @Test
    void aDifferentAnswerIsForgottenAndTheCallerGetsTheFreshOne() throws Exception {
        Recheck recheck = new Recheck(1);
        CachedRuns cached = new CachedRuns(results, recheck);
        results.put(KEY, end(ProgramStatus.OK, "old"));
        Executed fresh = cached.answer(KEY, PATIENCE, () -> end(ProgramStatus.OK, "new"));
        assertThat(fresh.stdout()).isEqualTo(Content.utf8("new"));
        assertThat(fresh.deterministic()).isFalse();
        assertThat(fresh.nondeterminism()).containsExactly("differed");
        assertThat(results.stored).isEmpty();
        assertThat(recheck.differed()).isEqualTo(1);
        assertThat(recheck.isUnstable(KEY)).isTrue();
    }

    @Test
    void aDoubtThatCannotBeSettledKeepsTheAnswer() throws Exception {
        CachedRuns cached = cached(1);
        results.put(KEY, end(ProgramStatus.OK, "7"));
        Executed kept = cached.answer(KEY, PATIENCE, () -> {
            throw new ContainerLost("gone", false);
        });
        assertThat(kept.cached()).isTrue();
        assertThat(cached.answer(KEY, PATIENCE, () -> end(ProgramStatus.WALL_LIMIT, ""))
                        .cached())
                .isTrue();
        assertThat(results.stored).containsKey(KEY);
    }

    @Test
    void anAnswerThatIsAtHandIsGivenWithoutARunAndOneThatIsDoubtedIsRunByTheNextWhoCan() throws Exception {
        assertThat(cached(NEVER).atHand(KEY)).isEmpty();
        results.put(KEY, end(ProgramStatus.OK, "1"));
        CachedRuns trusting = cached(NEVER);
        assertThat(trusting.atHand(KEY))
                .hasValueSatisfying(known -> assertThat(known.cached()).isTrue());
        assertThat(trusting.hits()).isEqualTo(1);

        Recheck doubtsOnce = new Recheck(1);
        CachedRuns doubting = new CachedRuns(results, doubtsOnce);
        assertThat(doubting.atHand(KEY)).isEmpty();
        AtomicInteger runs = new AtomicInteger();
        doubting.answer(KEY, PATIENCE, () -> {
            runs.incrementAndGet();
            return end(ProgramStatus.OK, "1");
        });
        assertThat(runs).hasValue(1);
        assertThat(doubtsOnce.checked()).isEqualTo(1);
    }

    @Test
    void aDoubtThatIsOwedIsPaidOnce() {
        Recheck recheck = new Recheck(NEVER);
        assertThat(recheck.isDoubted(KEY)).isFalse();
        recheck.owe(KEY);
        assertThat(recheck.isDoubted(KEY)).isTrue();
        assertThat(recheck.isDoubted(KEY)).isFalse();
    }
}
