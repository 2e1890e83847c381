package dev.sandmill.sandbox.container;

import dev.sandmill.sandbox.wire.Frame.Warmth;
import java.util.List;

/// How to make a container.
///
/// @param warmBytes of memory for what is warm and is no part of a program, beside the program's own limit
/// @param warmPids of processes and threads for the same
/// @param warmCommand starts what is warm inside; empty for `NONE`
/// @param serverCommand starts what serves the compile steps of all programs; empty for nothing
/// @param environment of what is warm, `NAME=value` each
public record ContainerSpec(
        PoolKey key,
        Warmth warmth,
        long warmBytes,
        long warmPids,
        List<String> warmCommand,
        List<String> serverCommand,
        List<String> environment) {
    public ContainerSpec {
        serverCommand = List.copyOf(serverCommand);
        warmCommand = List.copyOf(warmCommand);
        environment = List.copyOf(environment);
    }

    /// One in which programs start cold.
    public static ContainerSpec cold(PoolKey key) {
        return new ContainerSpec(key, Warmth.NONE, 0, 0, List.of(), List.of(), List.of());
    }
}
