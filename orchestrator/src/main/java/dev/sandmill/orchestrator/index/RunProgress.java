package dev.sandmill.orchestrator.index;

/// Is told how far a run is.
@FunctionalInterface
public interface RunProgress {
    RunProgress NONE = (phase, filesDone, filesTotal, chunks) -> {};

    /// @param phase `fetching`, `indexing` or `committing`
    void onProgress(String phase, long filesDone, long filesTotal, long chunks);
}
