package dev.sandmill.sandbox.container;

/// Makes started containers. Thread-safe.
@FunctionalInterface
public interface ContainerFactory {
    /// Returns once init has answered. Takes tenths of a second.
    Container create(ContainerSpec spec) throws ContainerUnavailable, InterruptedException;
}
