package dev.sandmill.backplane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.JobState;
import dev.sandmill.backplane.events.StoredEvent;
import dev.sandmill.backplane.queue.Completion;
import dev.sandmill.backplane.queue.JobRecord;
import dev.sandmill.backplane.testing.Jobs;
import dev.sandmill.backplane.testing.RedisServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class JobJourneyIT {
    @Test
    void aJobGoesFromSubmissionToItsAwaitedOutcome() throws Exception {
        try (RedisServer redis = RedisServer.start();
                Backplane backplane = Backplane.open(BackplaneConfig.at(redis.uri()))) {
            JobRecord job = Jobs.accepted(backplane.queue().submit(Jobs.execute("acme", "1")));
            assertThat(job.state()).isEqualTo(JobState.QUEUED);

            backplane.queue().startWorker(Jobs.worker("w1", 2), claim -> {
                claim.emit("output", "{\"text\":\"1\"}");
                return new Completion.Finished("{\"status\":\"ok\"}");
            });

            JobRecord done = backplane
                    .queue()
                    .await("acme", job.id(), Duration.ofSeconds(10))
                    .orElseThrow();
            assertThat(done.state()).isEqualTo(JobState.DONE);
            assertThat(done.outcomeJson()).isEqualTo("{\"status\":\"ok\"}");
            assertThat(done.attempt()).isEqualTo(1);
            assertThat(done.requestJson()).isEqualTo(Jobs.body("1"));
            assertThat(backplane.events().read(job.id(), 0, Duration.ZERO))
                    .extracting(StoredEvent::type)
                    .containsExactly("accepted", "started", "output", "finished");
        }
    }

    @Test
    void whatRedisCannotDoYetIsUsableOnceItIsThere() {
        try (RedisServer redis = RedisServer.start()) {
            redis.kill();
            try (Backplane backplane = Backplane.open(BackplaneConfig.at(redis.uri()))) {
                assertThat(backplane.health().available()).isFalse();
                redis.restart();
                Jobs.accepted(backplane.queue().submit(Jobs.execute("acme", "1")));
                BackplaneHealth health = backplane.health();
                assertThat(health.available()).as(health.detail()).isTrue();
                assertThat(health.durability()).isEqualTo("memory");
                assertThat(health.version()).startsWith("7.");
            }
        }
    }
}
