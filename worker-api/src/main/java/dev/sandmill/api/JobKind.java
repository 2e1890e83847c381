package dev.sandmill.api;

import java.util.Arrays;
import java.util.Optional;

/// What a job does; each kind has a lane of its own in the queue.
public enum JobKind {
    EXECUTE("execute"),
    INDEX("index"),
    /// A part of an index run: some files' chunks are embedded into the cache. Submitted by the service itself only.
    INDEX_BATCH("index-batch"),
    /// What follows a run that made a repository searchable by sketches. Submitted by the service itself only.
    INDEX_EXACT("index-exact");

    private final String wireName;

    JobKind(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    public static Optional<JobKind> named(String wireName) {
        return Arrays.stream(values())
                .filter(kind -> kind.wireName.equals(wireName))
                .findFirst();
    }
}
