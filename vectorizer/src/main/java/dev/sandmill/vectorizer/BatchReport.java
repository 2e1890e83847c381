package dev.sandmill.vectorizer;

import java.util.List;

/// What became of a batch.
///
/// @param embedded chunks that a vector was made for, sketches included
/// @param sketched chunks that are in the index with a sketch
/// @param cutByLines files that are in the index though they ended their parser, each with how
public record BatchReport(
        long indexedFiles,
        List<Skipped> skipped,
        List<Failure> failures,
        long chunks,
        long embedded,
        long reused,
        long deleted,
        long sketched,
        List<Failure> cutByLines) {
    public BatchReport {
        skipped = List.copyOf(skipped);
        failures = List.copyOf(failures);
        cutByLines = List.copyOf(cutByLines);
    }

    /// Of files that ended no parser.
    public BatchReport(
            long indexedFiles,
            List<Skipped> skipped,
            List<Failure> failures,
            long chunks,
            long embedded,
            long reused,
            long deleted,
            long sketched) {
        this(indexedFiles, skipped, failures, chunks, embedded, reused, deleted, sketched, List.of());
    }

    public record Skipped(String path, String reason) {}

    public record Failure(String path, String reason) {}
}
