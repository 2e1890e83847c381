package dev.sandmill.sandbox.container;

import org.jspecify.annotations.Nullable;

/// No container could be had: Docker is away, refuses, or is too slow.
public final class ContainerUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    public ContainerUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
