package dev.sandmill.vectorizer;

import java.util.List;

/// What became of a batch.
///
/// @param embedded chunks that a vector was made for, sketches included
/// @param sketched chunks that are in the index with a sketch
public record BatchReport(
        long indexedFiles,
        List<Skipped> skipped,
        List<Failure> failures,
        long chunks,
        long embedded,
        long reused,
        long deleted,
        long sketched) {
    public BatchReport {
        skipped = List.copyOf(skipped);
        failures = List.copyOf(failures);
    }

    public record Skipped(String path, String reason) {}

    public record Failure(String path, String reason) {}
}
