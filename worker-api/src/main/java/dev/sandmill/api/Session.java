package dev.sandmill.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A program's state that is kept between calls.
///
/// @param language the canonical name
/// @param expiresAt when it ends if nobody uses it before; for one that has ended, until when that is remembered
/// @param executions calls that were run
/// @param limits of every call
/// @param endReason why it ended; null while it has not
public record Session(
        String id,
        String language,
        SessionState state,
        Instant createdAt,
        Instant expiresAt,
        long ttlMillis,
        long executions,
        Limits limits,
        @Nullable String endReason) {}
