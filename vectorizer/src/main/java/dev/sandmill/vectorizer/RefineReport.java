package dev.sandmill.vectorizer;

import java.util.List;

/// What became of files whose sketches were to be replaced.
///
/// @param files that have no sketch any more
/// @param chunks that got their exact vector
/// @param embedded of these, those whose vector the cache had lost and that were embedded again
/// @param failures files that keep a sketch
public record RefineReport(long files, long chunks, long embedded, List<BatchReport.Failure> failures) {
    public RefineReport {
        failures = List.copyOf(failures);
    }
}
