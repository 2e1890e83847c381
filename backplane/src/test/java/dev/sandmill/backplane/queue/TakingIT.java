package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandmill.api.JobState;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Jobs;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TakingIT {
    private static final String READY = "sm:{q}:ready:execute";

    @Test
    void aDeliveryThatRedisRefusesToHandOverCostsNoSlot() {
        try (Ground ground = Ground.open();
                Backplane elsewhere =
                        Backplane.open(BackplaneConfig.at(ground.redis().uri()))) {
            elsewhere.queue().startWorker(Jobs.worker("w", 1), _ -> new Completion.Finished("{}"));
            assertThat(ground.end(ground.submit("acme", "first")).state()).isEqualTo(JobState.DONE);
            ground.redis().cli("ACL", "SETUSER", "default", "-fcall");

            ground.redis().cli("XADD", READY, "*", "j", "no-such-job");
            await().atMost(Duration.ofMinutes(1))
                    .until(() ->
                            ground.redis().cli("XPENDING", READY, "workers").startsWith("1"));
            ground.redis().cli("ACL", "SETUSER", "default", "+fcall");

            JobRecord job = ground.submit("acme", "second");
            assertThat(ground.end(job).state()).isEqualTo(JobState.DONE);
            assertThat(ground.job(job).attempt()).isEqualTo(1);
        }
    }
}
