package dev.sandmill.vectorizer.store;

/// Up to which commit a repository is searchable, and how much of it there is.
///
/// @param sketched chunks whose vector is a sketch
public record Watermark(String branch, String commit, long files, long chunks, long sketched) {}
