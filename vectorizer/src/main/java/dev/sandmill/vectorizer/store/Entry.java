package dev.sandmill.vectorizer.store;

/// A posting with its vector, of unit length, on its way into a store.
public record Entry(Posting posting, float[] vector, Fidelity fidelity) {
    public Entry(Posting posting, float[] vector) {
        this(posting, vector, Fidelity.EXACT);
    }
}
