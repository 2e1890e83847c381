package dev.sandmill.orchestrator.index;

/// How much a run handles at a time.
///
/// @param batchFiles files in one batch
/// @param batchBytes of content in one batch
/// @param maxFileBytes above which a file is not read; no source is that large
public record IndexBounds(int batchFiles, long batchBytes, long maxFileBytes) {
    public static final IndexBounds DEFAULT = new IndexBounds(64, 4L << 20, 1L << 20);

    public IndexBounds {
        if (batchFiles < 1 || batchBytes < 1 || maxFileBytes < 1) {
            throw new IllegalArgumentException("every bound has to be positive");
        }
    }
}
