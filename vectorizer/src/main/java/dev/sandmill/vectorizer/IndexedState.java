package dev.sandmill.vectorizer;

/// What is searchable of a repository.
///
/// @param sketched chunks that wait for their exact vector
public record IndexedState(String commit, String branch, long files, long chunks, long sketched, String model) {}
