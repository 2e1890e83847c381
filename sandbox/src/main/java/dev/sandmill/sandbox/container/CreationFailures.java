package dev.sandmill.sandbox.container;

import java.time.Duration;
import java.util.Optional;

/// Creations that failed in a row. Guarded by the pool's lock.
final class CreationFailures {
    private static final int TROUBLE = 5;
    /// After it the next program is let in, to see whether it works again.
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private int inARow;
    private long lastNanos;
    private String last = "";

    void failed(String why, long nowNanos) {
        inARow++;
        last = why;
        lastNanos = nowNanos;
    }

    void succeeded() {
        inARow = 0;
    }

    boolean any() {
        return inARow > 0;
    }

    /// Why nobody should ask for a container right now.
    Optional<String> trouble(long nowNanos) {
        return inARow >= TROUBLE && nowNanos - lastNanos < PAUSE.toNanos()
                ? Optional.of("Docker answers, but the last " + inARow + " containers could not be made: " + last)
                : Optional.empty();
    }
}
