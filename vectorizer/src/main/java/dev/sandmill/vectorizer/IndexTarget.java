package dev.sandmill.vectorizer;

/// What a batch belongs to.
public record IndexTarget(String tenant, String repository, String branch) {}
