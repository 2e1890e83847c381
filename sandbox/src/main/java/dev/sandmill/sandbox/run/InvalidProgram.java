package dev.sandmill.sandbox.run;

/// A request that cannot work, now or later. The message says what to change.
public final class InvalidProgram extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidProgram(String message) {
        super(message);
    }
}
