package dev.sandmill.orchestrator.git;

/// Git could not do what it was asked. The message is fit for whoever owns the repository: no credentials, no stack.
public final class GitFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean retryable;
    private final boolean asked;

    public GitFailure(String message, boolean retryable, Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
        this.asked = true;
    }

    public GitFailure(String message, boolean retryable) {
        this(message, retryable, true);
    }

    private GitFailure(String message, boolean retryable, boolean asked) {
        super(message);
        this.retryable = retryable;
        this.asked = asked;
    }

    /// The remote was not asked at all, as it has failed too often just now.
    static GitFailure leftAlone(String message) {
        return new GitFailure(message, true, false);
    }

    /// Whether the remote was asked; if not, no attempt was made.
    public boolean wasAsked() {
        return asked;
    }

    /// Whether the same may work later: the remote did not answer, the disk is full.
    public boolean retryable() {
        return retryable;
    }
}
