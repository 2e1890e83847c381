package dev.sandmill.backplane.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.JobId;
import dev.sandmill.api.JobState;
import dev.sandmill.backplane.events.StoredEvent;
import dev.sandmill.backplane.queue.JobRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;

/// What holds after every drill, whatever was done to the processes, the network and Redis.
public final class Invariants {
    /// An attempt may be given back, retried or be the last one. What it says meanwhile is left out here.
    private static final String LIFE = "accepted (started retrying )*(started )?finished ";

    private Invariants() {}

    /// Every job that was accepted has ended, once, within its attempts, after a life that a job can have; the
    /// queue holds nothing of it any more.
    public static void assertAllEnded(Ground ground, Collection<JobId> accepted, int maxAttempts, Duration atMost) {
        Awaitility.await("every job has ended").atMost(atMost).until(() -> {
            var stats = ground.queue().stats();
            return stats.queued() + stats.running() + stats.delayed() == 0;
        });
        assertThat(accepted).doesNotHaveDuplicates();
        for (JobId id : accepted) {
            JobRecord job = ground.queue().find("acme", id).orElseThrow();
            List<StoredEvent> events = events(ground, id);
            assertThat(job.state()).as("state of %s", id).isIn(JobState.DONE, JobState.DEAD);
            assertThat(job.attempt()).as("attempts of %s", id).isBetween(0, maxAttempts);
            assertThat(events)
                    .extracting(StoredEvent::sequence)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, events.size()).boxed().toList());
            String life = events.stream()
                    .map(StoredEvent::type)
                    .filter(type -> !type.equals("output"))
                    .collect(Collectors.joining(" ", "", " "));
            assertThat(life).as("life of %s", id).matches(LIFE);
        }
        assertThat(ground.redis().cli("XLEN", "sm:{q}:ready:execute")).isEqualTo("0");
        assertThat(ground.redis().cli("ZCARD", "sm:{q}:leases:execute")).isEqualTo("0");
        assertThat(ground.redis().cli("ZCARD", "sm:{q}:staged:execute")).isEqualTo("0");
        assertThat(ground.redis().cli("EXISTS", "sm:{q}:ring:execute", "sm:{q}:backlog:execute:acme"))
                .isEqualTo("0");
        assertThat(ground.redis().cli("GET", "sm:{q}:queued:execute")).isIn("0", "");
    }

    private static List<StoredEvent> events(Ground ground, JobId id) {
        try {
            return ground.backplane().events().read(id, 0, Duration.ZERO);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
