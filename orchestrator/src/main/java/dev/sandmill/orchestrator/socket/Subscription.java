package dev.sandmill.orchestrator.socket;

import dev.sandmill.backplane.events.Topic;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// A client's place in one topic. The cursor belongs to the client's thread.
final class Subscription {
    /// News may be lost; a subscription looks for itself this often, and keeps its topic's events alive by it.
    static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(5).toNanos();

    private final String name;
    private final Topic topic;
    private final Runnable ending;
    private final AtomicBoolean fresh = new AtomicBoolean(true);
    private long cursor;
    private long lookAgainAt = System.nanoTime() + LOOK_AGAIN_NANOS;

    /// @param ending runs once nobody listens here any more
    Subscription(String name, Topic topic, long cursor, Runnable ending) {
        this.name = name;
        this.topic = topic;
        this.cursor = cursor;
        this.ending = ending;
    }

    String name() {
        return name;
    }

    Topic topic() {
        return topic;
    }

    long cursor() {
        return cursor;
    }

    void advance(long sequence) {
        cursor = sequence;
    }

    /// There may be more.
    void awake() {
        fresh.set(true);
    }

    /// Whether there may be more; asks once.
    boolean takeFresh() {
        return fresh.getAndSet(false);
    }

    boolean takeLookAgain(long now) {
        if (now - lookAgainAt < 0) {
            return false;
        }
        lookAgainAt = now + LOOK_AGAIN_NANOS;
        return true;
    }

    void end() {
        ending.run();
    }
}
