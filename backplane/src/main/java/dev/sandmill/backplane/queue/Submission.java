package dev.sandmill.backplane.queue;

import dev.sandmill.api.JobKind;
import org.jspecify.annotations.Nullable;

/// A job on its way in.
///
/// @param requestJson the request as its handler will read it
/// @param idempotencyKey the same key with the same request is the same job
/// @param requestId goes into the log lines of whoever runs the job
/// @param traceparent the W3C trace context that whoever runs the job goes on with
public record Submission(
        String tenant,
        JobKind kind,
        String requestJson,
        @Nullable String idempotencyKey,
        @Nullable String requestId,
        @Nullable String traceparent) {
    /// A job that belongs to no trace.
    public Submission(
            String tenant,
            JobKind kind,
            String requestJson,
            @Nullable String idempotencyKey,
            @Nullable String requestId) {
        this(tenant, kind, requestJson, idempotencyKey, requestId, null);
    }

    /// This job as part of a trace, where there is one.
    public Submission within(@Nullable String traceparent) {
        return traceparent == null
                ? this
                : new Submission(tenant, kind, requestJson, idempotencyKey, requestId, traceparent);
    }
}
