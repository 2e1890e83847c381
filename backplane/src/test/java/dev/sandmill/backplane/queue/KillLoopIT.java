package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.JobId;
import dev.sandmill.backplane.testing.ChildWorker;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Invariants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// Three worker processes, of which one is killed every three seconds and another takes its place, under a stream of
/// jobs. Ten seconds in the suite; `-Dsandmill.killloop=SECONDS` for longer.
class KillLoopIT {
    private static final Duration LEASE = Duration.ofMillis(1500);
    private static final Duration BETWEEN_KILLS = Duration.ofSeconds(3);
    private static final int WORKERS = 3;
    private static final int SLOTS = 4;
    /// A job meets three kills in a row where it has very bad luck; then it is dead, which is an end as well.
    private static final int ATTEMPTS = 3;

    @Test
    void everyJobEndsOnceWhileProcessesAreKilled() throws Exception {
        Duration time = Duration.ofSeconds(Long.getLong("sandmill.killloop", 10));
        long seed = new Random().nextLong();
        System.out.println("KillLoopIT seed " + seed + ", " + time);
        Random random = new Random(seed);
        List<JobId> accepted = new ArrayList<>();
        List<ChildWorker> workers = new ArrayList<>();
        int kills = 0;
        try (Ground ground = Ground.open()) {
            long connections = connections(ground);
            try {
                while (workers.size() < WORKERS) {
                    workers.add(start(ground, workers.size()));
                }
                long start = System.nanoTime();
                long nextKill = start + BETWEEN_KILLS.toNanos();
                while (System.nanoTime() - start < time.toNanos()) {
                    accepted.add(ground.submit("acme", Integer.toString(random.nextInt(400)))
                            .id());
                    Thread.sleep(40);
                    if (System.nanoTime() >= nextKill) {
                        int victim = random.nextInt(WORKERS);
                        workers.get(victim).kill();
                        workers.set(victim, start(ground, WORKERS + kills++));
                        nextKill = System.nanoTime() + BETWEEN_KILLS.toNanos();
                    }
                }
                Invariants.assertAllEnded(ground, accepted, ATTEMPTS, Duration.ofSeconds(120));
            } finally {
                workers.forEach(ChildWorker::kill);
            }
            assertThat(kills).isPositive();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> connections(ground) <= connections);
            assertThat(ground.queue().stats().dead()).isLessThanOrEqualTo(kills);
        }
    }

    private static long connections(Ground ground) {
        ground.queue().stats();
        return ground.redis().cli("CLIENT", "LIST").lines().count();
    }

    private static ChildWorker start(Ground ground, int number) {
        ChildWorker worker = ChildWorker.start(ground.redis().uri(), "child-" + number, SLOTS, LEASE);
        worker.listenToNothing();
        return worker;
    }
}
