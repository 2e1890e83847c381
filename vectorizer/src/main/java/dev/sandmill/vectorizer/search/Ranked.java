package dev.sandmill.vectorizer.search;

import dev.sandmill.vectorizer.store.Found;

/// A candidate with its final score, 0 to 1.
public record Ranked(Found found, double score) {}
