package dev.sandmill.vectorizer.store;

/// How a row's vector was made. Both kinds lie in one vector space; a sketch says roughly what the exact one would.
public enum Fidelity {
    /// By the model that is configured.
    EXACT,
    /// By the token table, at the tokenizer's speed.
    SKETCH
}
