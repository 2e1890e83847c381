package dev.sandmill.api;

/// What a job does; each kind has a lane of its own in the queue.
public enum JobKind {
    EXECUTE("execute"),
    INDEX("index");

    private final String wireName;

    JobKind(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}
