package dev.sandmill.vectorizer;

import dev.sandmill.api.Content;

/// One file of a batch.
public sealed interface FileChange {
    /// Relative to the repository's root, `/`-separated.
    String path();

    /// New or changed.
    ///
    /// @param blobId git's id of the content; equal ids mean equal content
    record Put(String path, String blobId, Content content) implements FileChange {}

    /// Gone.
    record Remove(String path) implements FileChange {}
}
