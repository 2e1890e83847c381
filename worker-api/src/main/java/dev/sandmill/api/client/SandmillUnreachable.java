package dev.sandmill.api.client;

/// No answer from the server, or none that is Sandmill's. Whether the request took effect is not known.
public final class SandmillUnreachable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SandmillUnreachable(String message, Throwable cause) {
        super(message, cause);
    }
}
