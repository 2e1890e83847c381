package dev.sandmill.backplane.calls;

/// A call that got no answer.
public final class CallFailed extends Exception {
    private static final long serialVersionUID = 1L;

    /// What is known of the one who was asked.
    public enum Reason {
        /// Nobody of this name has served for ten minutes, or it said goodbye: what it held is gone.
        GONE,
        /// It was heard of, but not in the last seconds: it may come back.
        SILENT,
        /// It is there, and its answer did not come in time, or it could not make one.
        UNANSWERED
    }

    private final Reason reason;

    CallFailed(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
