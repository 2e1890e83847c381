package dev.sandmill.vectorizer.store;

/// A posting that may answer a probe.
///
/// @param commit the watermark of its repository
/// @param cosine of the probe's vector and the posting's, -1 to 1
/// @param words how well the words match, 0 for not at all, without upper bound; comparable within one search
/// @param fidelity of the posting's vector
/// @param vector the posting's, of unit length; not to be changed
public record Found(
        String repository,
        String commit,
        Posting posting,
        double cosine,
        double words,
        Fidelity fidelity,
        float[] vector) {}
