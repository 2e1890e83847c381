package dev.sandmill.vectorizer.store;

/// What a store already has of a chunk.
public record Held(String fingerprint, float[] vector, Fidelity fidelity) {}
