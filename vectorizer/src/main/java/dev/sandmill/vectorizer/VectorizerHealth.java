package dev.sandmill.vectorizer;

/// Whether texts can be embedded and found right now.
public record VectorizerHealth(boolean available, String detail) {}
