package dev.sandmill.sandbox;

import dev.sandmill.api.Executed;
import dev.sandmill.api.JobFailure;

/// How a call of [Sandbox#run] ended.
public sealed interface RunResult {
    /// The request was answered: by a run, by the cache, or by a refusal.
    record Answered(Executed executed) implements RunResult {}

    /// The machinery could not answer it.
    record NotRun(JobFailure failure) implements RunResult {}
}
