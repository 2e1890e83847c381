package dev.sandmill.orchestrator.git;

/// Git could not do what it was asked. The message is fit for whoever owns the repository: no credentials, no stack.
public final class GitFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    public GitFailure(String message, boolean retryable, Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
    }

    public GitFailure(String message, boolean retryable) {
        super(message);
        this.retryable = retryable;
    }

    /// Whether the same may work later: the remote did not answer, the disk is full.
    public boolean retryable() {
        return retryable;
    }
}
