package dev.sandmill.sandbox.container;

import dev.sandmill.api.BreakerState;
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

    /// As a breaker: open for the pause after the latest failure, then half open until one could be made. Who asks for
    /// the state keeps programs away; those that come nevertheless are not refused here.
    BreakerState state(long nowNanos) {
        String state = inARow < TROUBLE ? "closed" : trouble(nowNanos).isPresent() ? "open" : "half_open";
        return new BreakerState("docker", state, 0);
    }

    /// Why nobody should ask for a container right now.
    Optional<String> trouble(long nowNanos) {
        return inARow >= TROUBLE && nowNanos - lastNanos < PAUSE.toNanos()
                ? Optional.of("Docker answers, but the last " + inARow + " containers could not be made: " + last)
                : Optional.empty();
    }
}
