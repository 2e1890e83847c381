package dev.sandmill.sandbox.container;

/// A container went away while it was in use.
public final class ContainerLost extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean outOfMemory;

    /// @param outOfMemory whether the kernel killed its init because the container's memory was used up
    public ContainerLost(String message, boolean outOfMemory) {
        super(message);
        this.outOfMemory = outOfMemory;
    }

    public boolean outOfMemory() {
        return outOfMemory;
    }
}
