package dev.sandmill.sandbox.session;

/// Something that a session cannot do, in a sentence.
public final class SessionRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /// What kind of refusal it is.
    public enum Reason {
        /// The language is not known, or has no sessions.
        LANGUAGE,
        /// No session of this tenant has the id.
        UNKNOWN,
        /// The session has ended.
        ENDED,
        /// It is in use at this moment.
        BUSY,
        /// There are as many as there may be.
        TOO_MANY,
        /// As many calls run as may run at a time.
        NO_SLOT,
        /// The path of a file is none.
        PATH,
        /// There is no such file.
        NO_FILE,
        /// It is there, and cannot be handed out or replaced.
        FILE,
        /// It does not fit into the workspace.
        NO_SPACE,
        /// No container can be had.
        UNAVAILABLE
    }

    SessionRefused(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
