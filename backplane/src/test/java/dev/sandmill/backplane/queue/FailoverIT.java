package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.JobId;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.testing.BadNetwork;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Invariants;
import dev.sandmill.backplane.testing.Jobs;
import dev.sandmill.backplane.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// A replica takes the place of a Redis that died, behind the same address.
class FailoverIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void whatTheReplicaHadGoesOnAndWhatItHadNotIsGoneButCanBeSubmittedAgain() throws Exception {
        try (RedisServer primary = RedisServer.start();
                BadNetwork between = new BadNetwork(primary, Duration.ZERO, 0, 0);
                RedisServer replica = RedisServer.startReplicaOf(between.uri());
                BadNetwork address = new BadNetwork(primary, Duration.ZERO, 0, 0);
                Backplane service = Backplane.open(new BackplaneConfig(
                        address.uri(), 1000, Duration.ofHours(1), Duration.ofSeconds(5), 1 << 20))) {
            JobQueue queue = service.queue();
            CountDownLatch release = new CountDownLatch(1);
            Map<String, Claim.Interruption> interrupted = new ConcurrentHashMap<>();
            Worker worker = queue.startWorker(Jobs.shortLease("w", 4), claim -> {
                try {
                    release.await();
                } catch (InterruptedException stopped) {
                    interrupted.put(claim.job().id().value(), claim.interruption());
                    throw stopped;
                }
                return new Completion.Finished("{}");
            });
            Awaitility.await().atMost(LONG).until(worker::isTakingJobs);
            List<JobId> kept = new ArrayList<>();
            for (int number = 0; number < 10; number++) {
                kept.add(Jobs.accepted(queue.submit(Jobs.execute("acme", "kept" + number)))
                        .id());
            }
            Awaitility.await().atMost(LONG).until(() -> queue.stats().running() == 4 && replica.hasAllOf(primary));

            between.swallow();
            Submission lost = Jobs.execute("acme", "lost", "key");
            JobId gone = Jobs.accepted(queue.submit(lost)).id();
            primary.kill();
            replica.promote();
            address.turnTo(replica);

            Awaitility.await()
                    .atMost(LONG)
                    .ignoreExceptions()
                    .until(() -> queue.find("acme", gone).isEmpty());
            JobRecord again = Jobs.accepted(resubmitted(queue, lost));
            assertThat(again.id()).isNotEqualTo(gone);
            kept.add(again.id());
            release.countDown();
            try (Ground after = Ground.on(replica)) {
                Invariants.assertAllEnded(after, kept, 3, LONG);
                assertThat(after.queue().find("acme", gone)).isEmpty();
            }
            assertThat(interrupted.values())
                    .allSatisfy(why -> assertThat(why).isEqualTo(Claim.Interruption.LEASE_LOST));
        }
    }

    private static SubmitResult resubmitted(JobQueue queue, Submission submission) {
        return Awaitility.await()
                .atMost(LONG)
                .ignoreException(QueueUnavailable.class)
                .until(() -> queue.submit(submission), result -> true);
    }
}
