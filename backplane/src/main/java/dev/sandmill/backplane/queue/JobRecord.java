package dev.sandmill.backplane.queue;

import dev.sandmill.api.JobId;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A job as the queue stores it; request and outcome are JSON that only its handler reads.
///
/// @param traceparent the W3C trace context in which it was submitted
public record JobRecord(
        JobId id,
        String tenant,
        JobKind kind,
        JobState state,
        int attempt,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        String requestJson,
        @Nullable String outcomeJson,
        @Nullable String requestId,
        @Nullable String traceparent) {
    /// This job once it has ended well.
    JobRecord done(Instant at, String outcomeJson) {
        return new JobRecord(
                id,
                tenant,
                kind,
                JobState.DONE,
                attempt,
                createdAt,
                startedAt,
                at,
                requestJson,
                outcomeJson,
                requestId,
                traceparent);
    }

    /// This job once its first attempt has started.
    JobRecord started(Instant at) {
        return new JobRecord(
                id, tenant, kind, JobState.RUNNING, 1, createdAt, at, null, requestJson, null, requestId, traceparent);
    }
}
