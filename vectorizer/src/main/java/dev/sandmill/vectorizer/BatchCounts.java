package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.store.Fidelity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Counts what becomes of a batch. A chunk is embedded where its vector was made for it and reused where it came from
/// elsewhere, its twin in the same batch included; it is deleted where its file no longer has it.
final class BatchCounts {
    private final List<BatchReport.Skipped> skipped = new ArrayList<>();
    private final List<BatchReport.Failure> failures = new ArrayList<>();
    private final List<BatchReport.Failure> cutByLines = new ArrayList<>();
    private final Set<String> countedAsEmbedded = new HashSet<>();
    private long indexedFiles;
    private long removedFiles;
    private long chunks;
    private long embedded;
    private long deleted;
    private long sketched;

    void skipped(String path, String reason) {
        skipped.add(new BatchReport.Skipped(path, reason));
    }

    void failed(String path, String reason) {
        failures.add(new BatchReport.Failure(path, reason));
    }

    void cutByLines(String path, String reason) {
        cutByLines.add(new BatchReport.Failure(path, reason));
    }

    void removed(int chunksOfFile) {
        deleted += chunksOfFile;
    }

    void removedFile() {
        removedFiles++;
    }

    /// @param before fingerprints that the file had
    void stored(ReadFile file, List<String> before, WindowVectors vectors) {
        indexedFiles++;
        Map<String, Integer> left = new HashMap<>();
        before.forEach(fingerprint -> left.merge(fingerprint, 1, Integer::sum));
        file.chunks().forEach(chunk -> {
            String fingerprint = chunk.getKey();
            chunks++;
            if (vectors.fresh().contains(fingerprint) && countedAsEmbedded.add(fingerprint)) {
                embedded++;
            }
            if (vectors.of(fingerprint).fidelity() == Fidelity.SKETCH) {
                sketched++;
            }
            left.computeIfPresent(fingerprint, (key, count) -> count == 1 ? null : count - 1);
        });
        deleted += left.values().stream().mapToInt(Integer::intValue).sum();
    }

    /// Files dealt with, whatever came of them.
    long files() {
        return indexedFiles + removedFiles + skipped.size() + failures.size();
    }

    long chunks() {
        return chunks;
    }

    BatchReport report() {
        return new BatchReport(
                indexedFiles, skipped, failures, chunks, embedded, chunks - embedded, deleted, sketched, cutByLines);
    }
}
