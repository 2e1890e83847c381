package dev.sandmill.orchestrator.cli;

/// Arguments that fit together but not the world: a file that is not there, a language nobody can guess.
final class BadUsage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadUsage(String message) {
        super(message, null, false, false);
    }
}
