package dev.sandmill.vectorizer;

import java.util.List;

/// What became of a batch of files whose chunks were to have their vectors in the cache.
///
/// @param chunks that were asked for, each once
/// @param embedded of these, those that the cache did not have
public record EmbeddedBatch(long files, long chunks, long embedded, List<BatchReport.Failure> failures) {
    public EmbeddedBatch {
        failures = List.copyOf(failures);
    }
}
