package dev.sandmill.orchestrator.socket;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Holds progress back that comes faster than a client is told: of each topic the latest waits, until its time comes or
/// something newer of that topic makes it stale. Thread-safe.
final class ProgressPace {
    private final long intervalNanos;
    private final Map<String, String> waiting = new LinkedHashMap<>();
    private long nextAt;

    ProgressPace(Duration interval, long now) {
        this.intervalNanos = interval.toNanos();
        this.nextAt = now;
    }

    /// Answers whether an older frame of the topic made room.
    synchronized boolean offer(String topic, String frame) {
        return waiting.put(topic, frame) != null;
    }

    /// Answers whether a frame of the topic waited.
    synchronized boolean outdate(String topic) {
        return waiting.remove(topic) != null;
    }

    /// The frame whose time it is.
    synchronized Optional<String> due(long now) {
        if (waiting.isEmpty() || now - nextAt < 0) {
            return Optional.empty();
        }
        nextAt = now + intervalNanos;
        Iterator<String> frames = waiting.values().iterator();
        String first = frames.next();
        frames.remove();
        return Optional.of(first);
    }

    /// How long nothing will be due, at most the given time.
    synchronized long pauseNanos(long now, long atMost) {
        return waiting.isEmpty() ? atMost : Math.clamp(nextAt - now, 0, atMost);
    }
}
