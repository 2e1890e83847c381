package dev.sandmill.orchestrator.index;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// Who may change a repository's index in this process: one run at a time, or what replaces its sketches. Thread-safe.
public final class RepositoryLocks {
    private final Map<String, Semaphore> locks = new ConcurrentHashMap<>();

    Semaphore of(String tenant, String repository) {
        return locks.computeIfAbsent(tenant + "/" + repository, unused -> new Semaphore(1));
    }
}
