package dev.sandmill.orchestrator.repository;

/// How a repository's index stands. `PARTIAL` lacks files that failed and are tried again with the next run.
public enum RepositoryState {
    NEW,
    INDEXING,
    READY,
    PARTIAL,
    FAILED
}
