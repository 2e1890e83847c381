package dev.sandmill.vectorizer;

/// What the model has done since the start: counts of texts and of runs (a text in process, a call of an endpoint), and
/// the time that all runs took together.
public record EmbeddingWork(long texts, long runs, long nanos) {}
