package dev.sandmill.backplane.queue;

import dev.sandmill.api.JobKind;
import org.jspecify.annotations.Nullable;

/// A job on its way in.
///
/// @param requestJson the request as its handler will read it
/// @param idempotencyKey the same key with the same request is the same job
/// @param requestId goes into the log lines of whoever runs the job
public record Submission(
        String tenant,
        JobKind kind,
        String requestJson,
        @Nullable String idempotencyKey,
        @Nullable String requestId) {}
