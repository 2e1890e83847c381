package dev.sandmill.sandbox.container;

import java.util.List;

/// How to make a container.
///
/// @param warmCommand starts the warm interpreter inside; empty for none
/// @param environment the warm interpreter's, `NAME=value` each
public record ContainerSpec(PoolKey key, List<String> warmCommand, List<String> environment) {
    public ContainerSpec {
        warmCommand = List.copyOf(warmCommand);
        environment = List.copyOf(environment);
    }
}
