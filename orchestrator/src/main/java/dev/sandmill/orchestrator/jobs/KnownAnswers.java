package dev.sandmill.orchestrator.jobs;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import java.util.Optional;

/// Answers that need neither a worker nor a wait.
@FunctionalInterface
public interface KnownAnswers {
    Optional<Executed> known(ExecuteCode code, String tenant);
}
