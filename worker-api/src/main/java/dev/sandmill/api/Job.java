package dev.sandmill.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A job as its owner sees it.
///
/// @param attempt 0 before the first start
public record Job(
        JobId id,
        JobKind kind,
        JobState state,
        int attempt,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable JobOutcome outcome) {}
