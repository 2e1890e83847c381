package dev.sandmill.sandbox.container;

/// How many unused containers of one kind are taken per second: a count that fades with time, so that a burst is seen
/// within its first second and forgotten half a minute later. Guarded by the pool's lock.
final class TakeRate {
    private static final double MEMORY_SECONDS = 5;

    private double faded;
    private long atNanos;

    TakeRate(long nowNanos) {
        this.atNanos = nowNanos;
    }

    void taken(long nowNanos) {
        faded = fadedAt(nowNanos) + 1;
        atNanos = nowNanos;
    }

    double perSecond(long nowNanos) {
        return fadedAt(nowNanos) / MEMORY_SECONDS;
    }

    private double fadedAt(long nowNanos) {
        return faded * Math.exp(-(nowNanos - atNanos) / 1e9 / MEMORY_SECONDS);
    }
}
