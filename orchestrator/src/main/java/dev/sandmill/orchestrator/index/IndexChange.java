package dev.sandmill.orchestrator.index;

/// Is told that a repository's index shows other files than before. What was derived from it is then out of date.
@FunctionalInterface
public interface IndexChange {
    void indexed(String tenant, String repository);
}
