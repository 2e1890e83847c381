package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.chunk.Chunk;
import dev.sandmill.vectorizer.store.Entry;
import dev.sandmill.vectorizer.store.Posting;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A source file, read and cut.
///
/// @param chunks those with something in them, by fingerprint, in the file's order; a fingerprint may come again
record ReadFile(String path, String blobId, String language, List<Map.Entry<String, Chunk>> chunks) {
    ReadFile {
        chunks = List.copyOf(chunks);
    }

    long characters() {
        return chunks.stream()
                .mapToLong(chunk -> chunk.getValue().text().length())
                .sum();
    }

    /// Why this file cannot be stored, or null.
    @Nullable
    String firstFailure(Map<String, String> failureOfFingerprint) {
        for (Map.Entry<String, Chunk> chunk : chunks) {
            String reason = failureOfFingerprint.get(chunk.getKey());
            if (reason != null) {
                return "lines %d to %d: %s"
                        .formatted(
                                chunk.getValue().startLine(), chunk.getValue().endLine(), reason);
            }
        }
        return null;
    }

    /// @param rowVectors by fingerprint
    List<Entry> entries(Function<String, WindowVectors.RowVector> rowVectors) {
        return chunks.stream()
                .map(chunk -> {
                    WindowVectors.RowVector vector = rowVectors.apply(chunk.getKey());
                    return new Entry(
                            posting(chunk.getKey(), chunk.getValue()),
                            vector.numbers(),
                            vector.fidelity(),
                            vector.table());
                })
                .toList();
    }

    private Posting posting(String fingerprint, Chunk chunk) {
        return new Posting(
                path,
                blobId,
                chunk.startLine(),
                chunk.endLine(),
                chunk.symbol(),
                chunk.kind().wireName(),
                language,
                fingerprint,
                chunk.text(),
                chunk.header());
    }
}
