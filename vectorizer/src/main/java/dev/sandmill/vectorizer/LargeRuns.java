package dev.sandmill.vectorizer;

/// What becomes of a run that has more to embed than it can wait for.
public enum LargeRuns {
    /// Sketches make it searchable; the model's vectors replace them later.
    SKETCHED,
    /// The model's vectors are all there is, and others may make them.
    SHARED,
    /// Nothing takes long enough to be shared.
    DIRECT
}
