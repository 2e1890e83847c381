package dev.sandmill.api;

/// What a session does.
public enum SessionState {
    IDLE,
    RUNNING,
    /// Nothing of it is left but this.
    ENDED
}
