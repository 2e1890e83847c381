package dev.sandmill.backplane.queue;

/// How one attempt at a job ended.
public sealed interface Completion {
    /// The job is done; this is its outcome.
    record Finished(String outcomeJson) implements Completion {}

    /// The attempt failed. Retried with backoff while attempts are left, else dead with this outcome.
    record Failed(String reason, boolean retryable, String deadOutcomeJson) implements Completion {}

    /// The machinery was away before the job's own work began: again after a pause, the attempt not counted. After
    /// twenty such pauses, which grow to half a minute, it counts as a failed attempt.
    record Postponed(String reason, String deadOutcomeJson) implements Completion {}

    /// The worker stops before the job is done: back to the queue, the attempt not counted.
    record HandedBack() implements Completion {}
}
