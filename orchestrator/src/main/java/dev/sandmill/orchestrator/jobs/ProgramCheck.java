package dev.sandmill.orchestrator.jobs;

import dev.sandmill.api.ExecuteCode;

/// Refuses, with an [dev.sandmill.orchestrator.problem.ApiProblem], a program that no worker could run.
@FunctionalInterface
public interface ProgramCheck {
    void check(ExecuteCode code);
}
