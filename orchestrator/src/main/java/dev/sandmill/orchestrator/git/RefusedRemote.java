package dev.sandmill.orchestrator.git;

/// A URL that nobody may be sent to. The message is fit for whoever asked; it never repeats credentials.
public final class RefusedRemote extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedRemote(String message) {
        super(message, null, false, false);
    }
}
