package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.JobState;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Jobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AwaitIT {
    @Test
    void whoWaitsInAnotherProcessIsWokenByTheEndNotByAPoll() throws Exception {
        try (Ground ground = Ground.open();
                Backplane elsewhere =
                        Backplane.open(BackplaneConfig.at(ground.redis().uri()))) {
            elsewhere.queue().startWorker(Jobs.worker("w", 1), _ -> {
                Thread.sleep(20);
                return new Completion.Finished("{}");
            });
            ground.end(ground.submit("acme", "warm"));
            List<Long> millis = new ArrayList<>();
            for (int number = 0; number < 15; number++) {
                long before = System.nanoTime();
                JobRecord job = ground.submit("acme", "" + number);
                assertThat(ground.queue()
                                .await("acme", job.id(), Duration.ofSeconds(10))
                                .orElseThrow()
                                .state())
                        .isEqualTo(JobState.DONE);
                millis.add((System.nanoTime() - before) / 1_000_000);
            }
            assertThat(millis.stream().sorted().toList().get(7)).isLessThan(1_000);
        }
    }

    @Test
    void theTimeIsOverForAJobThatGoesOn() throws Exception {
        try (Ground ground = Ground.open()) {
            JobRecord job = ground.submit("acme", "1");
            assertThat(ground.queue().await("acme", job.id(), Duration.ofMillis(50)))
                    .contains(job);
            assertThat(ground.queue().await("other", job.id(), Duration.ofSeconds(30)))
                    .isEmpty();
        }
    }

    @Test
    void theNewsAreReadAgainAfterAFlushAndAClockThatWentBack() throws Exception {
        try (Ground ground = Ground.open();
                Backplane elsewhere =
                        Backplane.open(BackplaneConfig.at(ground.redis().uri()))) {
            elsewhere.queue().startWorker(Jobs.worker("w", 1), _ -> new Completion.Finished("{}"));
            ground.end(ground.submit("acme", "1"));
            ground.redis().cli("FLUSHALL");
            assertThat(ground.end(ground.submit("acme", "2")).state()).isEqualTo(JobState.DONE);
        }
    }
}
