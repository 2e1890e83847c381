package dev.sandmill.sandbox.wire;

import java.io.IOException;

/// Bytes that no frame can have.
public final class FrameException extends IOException {
    private static final long serialVersionUID = 1L;

    FrameException(String message) {
        super(message);
    }
}
