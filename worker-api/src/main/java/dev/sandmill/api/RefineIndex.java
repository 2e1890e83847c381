package dev.sandmill.api;

/// Put the model's vectors in the place of a repository's sketches.
public record RefineIndex(String repository) implements JobRequest {
    @Override
    public JobKind kind() {
        return JobKind.INDEX_EXACT;
    }
}
