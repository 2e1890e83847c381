package dev.sandmill.backplane.queue;

import dev.sandmill.api.JobId;
import java.time.Duration;

/// How a submission ended.
public sealed interface SubmitResult {
    /// A new job.
    record Accepted(JobRecord job) implements SubmitResult {}

    /// The job that the same key and request made before.
    record Known(JobRecord job) implements SubmitResult {}

    /// The key belongs to another request.
    record Conflict(JobId existing) implements SubmitResult {}

    /// The queue holds as many jobs as it may, or Redis is short of memory.
    record Full(String reason, Duration retryAfter) implements SubmitResult {}
}
