package dev.sandmill.vectorizer.store;

/// A posting with its vector, of unit length, on its way into a store.
///
/// @param table which token table made a sketch; empty where that is not known, and for exact vectors
public record Entry(Posting posting, float[] vector, Fidelity fidelity, String table) {
    public Entry(Posting posting, float[] vector, Fidelity fidelity) {
        this(posting, vector, fidelity, "");
    }

    public Entry(Posting posting, float[] vector) {
        this(posting, vector, Fidelity.EXACT);
    }
}
