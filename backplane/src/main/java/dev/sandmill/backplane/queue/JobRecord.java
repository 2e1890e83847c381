package dev.sandmill.backplane.queue;

import dev.sandmill.api.JobId;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A job as the queue stores it; request and outcome are JSON that only its handler reads.
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
        @Nullable String requestId) {}
