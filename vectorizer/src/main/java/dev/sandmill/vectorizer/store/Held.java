package dev.sandmill.vectorizer.store;

/// What a store already has of a chunk.
///
/// @param table as [Entry] has it
public record Held(String fingerprint, float[] vector, Fidelity fidelity, String table) {}
