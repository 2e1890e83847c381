package dev.sandmill.backplane.queue;

import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobState;
import org.jspecify.annotations.Nullable;

/// Which jobs to list, newest first.
///
/// @param cursor from the page before; null starts at the newest
public record JobFilter(
        String tenant,
        @Nullable JobKind kind,
        @Nullable JobState state,
        int limit,
        @Nullable String cursor) {}
