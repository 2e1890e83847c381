package dev.sandmill.orchestrator.architecture.broken.right;

import dev.sandmill.orchestrator.architecture.broken.left.LeftManager;
import java.time.Instant;

/// The other half of a circle.
public final class Right {
    public LeftManager left() {
        return new LeftManager();
    }

    public Instant readsTheWallClock() {
        return Instant.now();
    }
}
