package dev.sandmill.vectorizer;

/// What is searchable of a repository.
public record IndexedState(String commit, String branch, long files, long chunks, String model) {}
