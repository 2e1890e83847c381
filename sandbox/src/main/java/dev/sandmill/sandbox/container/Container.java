package dev.sandmill.sandbox.container;

import dev.sandmill.sandbox.wire.Frame;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A started container whose init has answered. Used by one thread at a time; [#destroy()] may come from any.
public interface Container {
    String id();

    ContainerSpec spec();

    /// @throws ContainerLost when the container is gone
    void send(List<? extends Frame.FromHost> frames) throws ContainerLost;

    /// The next frame, or empty when none came in time.
    ///
    /// @throws ContainerLost when the container is gone and every frame it sent was received
    Optional<Frame.FromInit> receive(Duration patience) throws ContainerLost, InterruptedException;

    /// False once init or its connection is gone.
    boolean isAlive();

    /// Kills everything in it and removes it; may be called again. Whoever waits in [#receive] is woken.
    void destroy();
}
