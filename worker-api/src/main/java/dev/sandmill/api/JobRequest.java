package dev.sandmill.api;

/// What a job asks for.
public sealed interface JobRequest permits ExecuteCode, IndexRepository, EmbedFiles, RefineIndex {
    JobKind kind();
}
