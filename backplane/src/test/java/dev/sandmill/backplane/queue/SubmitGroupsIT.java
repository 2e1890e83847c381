package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;

import dev.sandmill.api.JobKind;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Jobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// Submissions that go to Redis together, because it does not answer those before them.
class SubmitGroupsIT {
    private static final Duration SOON = Duration.ofMinutes(1);

    private final List<Thread> threads = new ArrayList<>();

    /// Submits on a thread of its own; returns when that waits for the answer.
    private CompletableFuture<Object> begin(Ground ground, Submission submission) {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                answer.complete(ground.queue().submit(submission));
            } catch (RuntimeException failed) {
                answer.complete(failed);
            }
        });
        threads.add(thread);
        Awaitility.await()
                .atMost(SOON)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> switch (thread.getState()) {
                    case WAITING, TIMED_WAITING -> true;
                    default -> false;
                });
        return answer;
    }

    private static List<CompletableFuture<Object>> twoThatGoAlone(SubmitGroupsIT test, Ground ground) {
        return List.of(test.begin(ground, Jobs.execute("first", "1")), test.begin(ground, Jobs.execute("second", "1")));
    }

    @Test
    void eachIsAnsweredForItself() {
        try (Ground ground = Ground.open()) {
            JobRecord known = Jobs.accepted(ground.queue().submit(Jobs.execute("acme", "1", "key")));
            ground.redis().cli("SET", "sm:{q}:mine:broken", "no index");
            ground.redis().pause();
            List<CompletableFuture<Object>> alone = twoThatGoAlone(this, ground);
            CompletableFuture<Object> again = begin(ground, Jobs.execute("acme", "1", "key"));
            CompletableFuture<Object> conflict = begin(ground, Jobs.execute("acme", "2", "key"));
            CompletableFuture<Object> invalid =
                    begin(ground, new Submission("x".repeat(300), JobKind.EXECUTE, "{}", null, null));
            CompletableFuture<Object> broken = begin(ground, Jobs.execute("broken", "1"));
            List<CompletableFuture<Object>> good = IntStream.range(0, 40)
                    .mapToObj(number -> begin(ground, Jobs.execute("acme", "good " + number)))
                    .toList();
            ground.redis().resume();
            assertThat(alone)
                    .allSatisfy(
                            each -> assertThat(each).succeedsWithin(SOON).isInstanceOf(SubmitResult.Accepted.class));
            assertThat(again).succeedsWithin(SOON).isInstanceOf(SubmitResult.Known.class);
            assertThat(conflict).succeedsWithin(SOON).isEqualTo(new SubmitResult.Conflict(known.id()));
            assertThat(invalid).succeedsWithin(SOON).isInstanceOf(IllegalArgumentException.class);
            assertThat(broken)
                    .succeedsWithin(SOON)
                    .asInstanceOf(THROWABLE)
                    .isInstanceOf(QueueUnavailable.class)
                    .hasMessageContaining("WRONGTYPE");
            for (int number = 0; number < good.size(); number++) {
                JobRecord job = Jobs.accepted((SubmitResult) good.get(number).join());
                assertThat(ground.job(job).requestJson()).contains("good " + number);
            }
        }
    }

    @Test
    void whoStopsWaitingTakesNobodyAlong() {
        try (Ground ground = Ground.open()) {
            ground.redis().pause();
            List<CompletableFuture<Object>> alone = twoThatGoAlone(this, ground);
            CompletableFuture<Object> impatient = begin(ground, Jobs.execute("acme", "1"));
            CompletableFuture<Object> patient = begin(ground, Jobs.execute("acme", "2"));
            threads.get(0).interrupt();
            threads.get(2).interrupt();
            assertThat(alone.get(0)).succeedsWithin(SOON).isInstanceOf(QueueUnavailable.class);
            assertThat(impatient).succeedsWithin(SOON).isInstanceOf(QueueUnavailable.class);
            ground.redis().resume();
            assertThat(patient).succeedsWithin(SOON).isInstanceOf(SubmitResult.Accepted.class);
        }
    }

    @Test
    void whoWaitedForARedisThatDiesIsToldAndTheNextOneGetsThrough() {
        try (Ground ground = Ground.open()) {
            ground.redis().pause();
            List<CompletableFuture<Object>> waiting = new ArrayList<>(twoThatGoAlone(this, ground));
            IntStream.range(0, 40).forEach(number -> waiting.add(begin(ground, Jobs.execute("acme", "" + number))));
            ground.redis().kill();
            assertThat(waiting)
                    .allSatisfy(each -> assertThat(each)
                            .succeedsWithin(SOON.multipliedBy(2))
                            .isInstanceOf(QueueUnavailable.class));
            ground.redis().restart();
            Awaitility.await()
                    .atMost(SOON)
                    .ignoreExceptions()
                    .until(() -> ground.queue().submit(Jobs.execute("acme", "next")) instanceof SubmitResult.Accepted);
        }
    }
}
