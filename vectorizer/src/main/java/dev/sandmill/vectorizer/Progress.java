package dev.sandmill.vectorizer;

/// Is told how far a batch is.
@FunctionalInterface
public interface Progress {
    Progress NONE = (files, chunks) -> {};

    /// Both count from the batch's start.
    void onProgress(long filesDone, long chunksDone);
}
