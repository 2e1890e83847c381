package dev.sandmill.api;

import org.jspecify.annotations.Nullable;

/// A repository that is kept searchable, as its owner sees it.
///
/// @param branch null until the first run has asked the remote for its default
/// @param indexedCommit what is searchable; null before the first run
/// @param state `new`, `indexing`, `ready`, `partial` or `failed`
/// @param sketchedChunks of the chunks, those that are found by the token table until the model's vectors replace it
/// @param model the embedding model of the index; null before the first run
/// @param jobId the first index run; only in the answer that registers the repository
public record RegisteredRepository(
        String name,
        String url,
        @Nullable String branch,
        @Nullable String indexedCommit,
        String state,
        long files,
        long chunks,
        long sketchedChunks,
        @Nullable String model,
        @Nullable String jobId) {}
