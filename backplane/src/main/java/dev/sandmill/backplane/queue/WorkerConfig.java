package dev.sandmill.backplane.queue;

import dev.sandmill.api.JobKind;
import dev.sandmill.api.text.Spelled;
import java.time.Duration;
import java.util.function.Function;

/// What a worker takes and how it treats it.
///
/// @param name unique among live workers
/// @param slots jobs at a time
/// @param lease how long a silent worker keeps a job, at most a minute; renewed at a third of it
/// @param maxAttempts of a job, crashes included
/// @param drain how long a closing worker lets running jobs go on before it hands them back
/// @param deadOutcome the outcome JSON of a job whose workers died `maxAttempts` times
public record WorkerConfig(
        String name,
        JobKind kind,
        int slots,
        Duration lease,
        int maxAttempts,
        Duration drain,
        Function<JobRecord, String> deadOutcome) {
    /// One that is longer in Redis comes from another time (`lease.lua`).
    private static final Duration LONGEST_LEASE = Duration.ofMinutes(1);

    public WorkerConfig {
        if (slots < 1) {
            throw new IllegalArgumentException("slots has to be at least 1, not " + slots);
        }
        if (lease.compareTo(LONGEST_LEASE) > 0) {
            throw new IllegalArgumentException(
                    "lease has to be at most " + Spelled.time(LONGEST_LEASE) + ", not " + Spelled.time(lease));
        }
    }
}
