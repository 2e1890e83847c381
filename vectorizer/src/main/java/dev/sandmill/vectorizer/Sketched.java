package dev.sandmill.vectorizer;

import java.util.List;

/// A file of which the index has sketches.
///
/// @param fingerprints of the chunks that wait for their exact vector
public record Sketched(String path, String blobId, List<String> fingerprints) {
    public Sketched {
        fingerprints = List.copyOf(fingerprints);
    }
}
