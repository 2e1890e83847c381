package dev.sandmill.api;

/// Why an attempt at a job came to nothing. A retryable one goes back to the queue; the others end the job.
public sealed interface JobFailure {
    String message();

    boolean retryable();

    /// Machinery was away: Docker, Redis, git, a model. Nobody's program is to blame.
    ///
    /// @param begun whether the job's own work had begun; if not, trying again is no further attempt
    record Unavailable(String message, boolean begun) implements JobFailure {
        @Override
        public boolean retryable() {
            return true;
        }
    }

    /// The request cannot work, now or later.
    record Invalid(String message) implements JobFailure {
        @Override
        public boolean retryable() {
            return false;
        }
    }

    /// A defect of ours.
    record Internal(String message) implements JobFailure {
        @Override
        public boolean retryable() {
            return false;
        }
    }
}
