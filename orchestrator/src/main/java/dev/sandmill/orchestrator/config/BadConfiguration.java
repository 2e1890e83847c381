package dev.sandmill.orchestrator.config;

/// A setting that stops the start. The message is one line: which variable, which value, what to do.
public final class BadConfiguration extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BadConfiguration(String message) {
        super(message, null, false, false);
    }
}
