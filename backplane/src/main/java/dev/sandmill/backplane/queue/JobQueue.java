package dev.sandmill.backplane.queue;

import dev.sandmill.api.JobId;
import java.time.Duration;
import java.util.Optional;

/// A bounded queue of jobs that loses none: at-least-once delivery, at most one committed outcome. Thread-safe.
/// Every call throws [QueueUnavailable] where Redis does not answer within its deadline.
public interface JobQueue {
    /// In place of a tenant, where it may be anyone's job: for operators.
    String EVERY_TENANT = "";

    /// A job enters. Where a worker of this process has a free slot and no job waits for one, it starts in the same
    /// step; the answer shows it as it was accepted.
    SubmitResult submit(Submission submission);

    /// The same, and then waits until the job is terminal or the time is over; the answer shows it as it is then.
    SubmitResult submit(Submission submission, Duration patience) throws InterruptedException;

    /// A job whose outcome is known when it comes: it is accepted, started and done in one step, and takes no slot.
    SubmitResult submitEnded(Submission submission, String outcomeJson);

    /// A job of this tenant; another tenant's id is as unknown as one that never was.
    Optional<JobRecord> find(String tenant, JobId id);

    /// Waits until the job is terminal or the time is over, then returns it as it is.
    Optional<JobRecord> await(String tenant, JobId id, Duration atMost) throws InterruptedException;

    JobPage list(JobFilter filter);

    /// Asks for a job's end. A queued one ends at once with the given outcome; a running one is interrupted
    /// wherever it runs and its worker writes the outcome; a finished one stays as it is.
    Optional<JobRecord> cancel(String tenant, JobId id, String cancelledOutcomeJson);

    QueueStats stats();

    /// Changes how many jobs may wait, for all processes at once. It stays so until a process comes that is configured
    /// with another capacity than the ones before.
    void setCapacity(long jobs);

    /// Starts taking jobs; the worker runs until it is closed.
    Worker startWorker(WorkerConfig config, JobHandler handler);
}
