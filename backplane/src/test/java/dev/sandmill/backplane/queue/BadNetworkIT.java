package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.JobId;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.testing.BadNetwork;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Invariants;
import dev.sandmill.backplane.testing.Jobs;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// Workers whose way to Redis is bad, while those who submit have a good one.
class BadNetworkIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static Backplane over(URI redis) {
        return Backplane.open(new BackplaneConfig(redis, 1000, Duration.ofHours(1), Duration.ofSeconds(1), 1 << 20));
    }

    private static List<JobId> submit(Ground ground, int jobs) {
        List<JobId> ids = new ArrayList<>();
        for (int number = 0; number < jobs; number++) {
            ids.add(ground.submit("acme", "n" + number).id());
        }
        return ids;
    }

    @Test
    void twoHundredMillisecondsOfLatencyMakeNoWorkerLookDead() throws InterruptedException {
        try (Ground ground = Ground.open();
                BadNetwork slow = new BadNetwork(ground.redis(), Duration.ofMillis(100), 0, 0);
                Backplane far = over(slow.uri())) {
            List<JobId> ids = submit(ground, 20);
            far.queue().startWorker(Jobs.worker("far", 8), _ -> {
                Thread.sleep(50);
                return new Completion.Finished("{}");
            });
            Invariants.assertAllEnded(ground, ids, 1, LONG);
            for (JobId id : ids) {
                assertThat(ground.eventTypes(id)).containsExactly("accepted", "started", "finished");
            }
        }
    }

    @Test
    void connectionsThatAreTornInTheMiddleOfAnythingLoseNothing() {
        long seed = new Random().nextLong();
        System.out.println("BadNetworkIT seed " + seed);
        try (Ground ground = Ground.open();
                BadNetwork torn = new BadNetwork(ground.redis(), Duration.ofMillis(1), 0.05, seed);
                Backplane far = over(torn.uri())) {
            List<JobId> ids = submit(ground, 100);
            far.queue().startWorker(Jobs.shortLease("far", 8), claim -> {
                claim.emit("output", "{}");
                Thread.sleep(5);
                return new Completion.Finished("{}");
            });
            Invariants.assertAllEnded(ground, ids, 3, LONG);
        }
    }

    @Test
    void connectionsThatFallSilentAreReplaced() {
        try (Ground ground = Ground.open();
                BadNetwork forgetful = new BadNetwork(ground.redis(), Duration.ZERO, 0, 0);
                Backplane far = over(forgetful.uri())) {
            Worker worker = far.queue().startWorker(Jobs.worker("far", 2), _ -> new Completion.Finished("{}"));
            Awaitility.await().until(worker::isTakingJobs);
            List<JobId> before = submit(ground, 2);
            Invariants.assertAllEnded(ground, before, 1, LONG);
            forgetful.swallow();
            List<JobId> after = submit(ground, 4);
            Invariants.assertAllEnded(ground, after, 3, LONG);
            Awaitility.await().atMost(LONG).until(() -> far.health().available());
        }
    }
}
