package dev.sandmill.api;

/// Where a job stands. `DONE` has an outcome; `DEAD` gave up after its last attempt and says why in its outcome.
public enum JobState {
    QUEUED,
    RUNNING,
    RETRYING,
    DONE,
    DEAD;

    public boolean isTerminal() {
        return this == DONE || this == DEAD;
    }
}
