package dev.sandmill.vectorizer.store;

/// Up to which commit a repository is searchable, and how much of it there is.
public record Watermark(String branch, String commit, long files, long chunks) {}
