package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.JobId;
import dev.sandmill.api.JobState;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Invariants;
import dev.sandmill.backplane.testing.Jobs;
import dev.sandmill.backplane.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// The disk under Redis's log of changes.
class DiskIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void whileTheDiskIsFullNothingIsAcceptedAndAfterwardsNothingIsLost() throws Exception {
        try (Ground ground = Ground.on(RedisServer.startWithLog())) {
            CountDownLatch started = new CountDownLatch(2);
            CountDownLatch release = new CountDownLatch(1);
            ground.queue().startWorker(Jobs.worker("w", 2), claim -> {
                if (claim.job().requestJson().contains("early")) {
                    started.countDown();
                    release.await();
                }
                return new Completion.Finished("{\"status\":\"ok\"}");
            });
            List<JobId> accepted = new ArrayList<>();
            accepted.add(ground.submit("acme", "early1").id());
            accepted.add(ground.submit("acme", "early2").id());
            started.await();
            accepted.add(ground.submit("acme", "waits").id());

            ground.redis().fillDisk(true);
            Awaitility.await("Redis refuses to write").atMost(LONG).until(() -> {
                try {
                    accepted.add(ground.submit("acme", "more" + accepted.size()).id());
                    return false;
                } catch (QueueUnavailable refused) {
                    assertThat(refused.getMessage()).contains("MISCONF");
                    return true;
                }
            });
            Awaitility.await("health tells it")
                    .atMost(LONG)
                    .until(() -> !ground.backplane().health().available());
            // Their ends cannot be written now.
            release.countDown();
            assertThatThrownBy(() -> ground.submit("acme", "refused")).isInstanceOf(QueueUnavailable.class);
            assertThat(ground.queue()
                            .find("acme", accepted.getFirst())
                            .orElseThrow()
                            .state())
                    .isEqualTo(JobState.RUNNING);

            ground.redis().fillDisk(false);
            Invariants.assertAllEnded(ground, accepted, 1, LONG);
            ground.redis().restart();
            for (JobId id : accepted) {
                assertThat(ground.queue().find("acme", id).orElseThrow().outcomeJson())
                        .isEqualTo("{\"status\":\"ok\"}");
            }
        }
    }
}
