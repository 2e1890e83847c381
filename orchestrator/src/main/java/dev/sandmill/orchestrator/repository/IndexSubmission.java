package dev.sandmill.orchestrator.repository;

import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.Job;
import dev.sandmill.orchestrator.security.Caller;
import org.jspecify.annotations.Nullable;

/// Puts an index job into the queue.
@FunctionalInterface
public interface IndexSubmission {
    Submitted submit(Caller caller, IndexRepository request, @Nullable String idempotencyKey);

    /// A job, and whether this submission made it.
    record Submitted(Job job, boolean isNew) {}
}
