package dev.sandmill.orchestrator.architecture.broken.left;

import dev.sandmill.orchestrator.architecture.broken.right.Right;

/// Breaks two rules on purpose: its name, and a circle with [Right].
public final class LeftManager {
    public Right right() {
        return new Right();
    }
}
