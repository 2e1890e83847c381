package dev.sandmill.vectorizer;

/// Is told how far a batch is, and how long its steps took.
@FunctionalInterface
public interface Progress {
    Progress NONE = (files, chunks) -> {};

    /// Both count from the batch's start.
    void onProgress(long filesDone, long chunksDone);

    /// A step of a batch or of a part of it is over.
    ///
    /// @param startNanos as [System#nanoTime()] said
    default void onStep(Step step, long startNanos, long endNanos) {}

    enum Step {
        CHUNK,
        EMBED,
        STORE
    }
}
