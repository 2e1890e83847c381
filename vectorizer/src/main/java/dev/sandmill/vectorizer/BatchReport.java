package dev.sandmill.vectorizer;

import java.util.List;

/// What became of a batch.
public record BatchReport(
        long indexedFiles,
        List<Skipped> skipped,
        List<Failure> failures,
        long chunks,
        long embedded,
        long reused,
        long deleted) {
    public BatchReport {
        skipped = List.copyOf(skipped);
        failures = List.copyOf(failures);
    }

    public record Skipped(String path, String reason) {}

    public record Failure(String path, String reason) {}
}
