package dev.sandmill.api;

import org.jspecify.annotations.Nullable;

/// Bring a registered repository's index up to a commit.
///
/// @param commit null is the head of the repository's branch at the time the job runs
/// @param full forget what is indexed and start over; cached vectors are still used
public record IndexRepository(String repository, @Nullable String commit, boolean full) implements JobRequest {
    @Override
    public JobKind kind() {
        return JobKind.INDEX;
    }
}
