package dev.sandmill.sandbox.container;

import dev.sandmill.sandbox.wire.Frame.Warmth;
import java.util.List;

/// How to make a container.
///
/// @param warmBytes of memory for what is warm and is no part of a program, beside the program's own limit
/// @param warmCommand starts what is warm inside; empty for `NONE`
/// @param environment of what is warm, `NAME=value` each
public record ContainerSpec(
        PoolKey key, Warmth warmth, long warmBytes, List<String> warmCommand, List<String> environment) {
    public ContainerSpec {
        warmCommand = List.copyOf(warmCommand);
        environment = List.copyOf(environment);
    }

    /// One in which programs start cold.
    public static ContainerSpec cold(PoolKey key) {
        return new ContainerSpec(key, Warmth.NONE, 0, List.of(), List.of());
    }
}
