package dev.sandmill.sandbox;

/// Is told how long the steps of a run took, on the thread that took them. Must not throw.
@FunctionalInterface
public interface RunSteps {
    RunSteps NONE = (step, startNanos, endNanos) -> {};

    enum Step {
        VALIDATE,
        LEASE,
        RUN
    }

    /// A step is over, however it ended.
    ///
    /// @param startNanos as [System#nanoTime()] said
    void took(Step step, long startNanos, long endNanos);
}
