package dev.sandmill.orchestrator.index;

/// Is told what happens to the index runs of a repository, for those who follow it. Does not wait.
@FunctionalInterface
public interface RunNews {
    /// @param type `started`, `progress`, `finished`, or `failed` for an attempt that may be repeated
    void tell(String tenant, String repository, String type, String dataJson);
}
