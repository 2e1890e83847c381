package dev.sandmill.vectorizer.store;

import java.util.List;

/// A file of which some rows are sketches.
///
/// @param fingerprints of these rows' chunks
public record SketchedFile(String path, String blobId, List<String> fingerprints) {
    public SketchedFile {
        fingerprints = List.copyOf(fingerprints);
    }
}
