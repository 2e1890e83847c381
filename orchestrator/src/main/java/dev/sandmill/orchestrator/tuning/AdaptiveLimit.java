package dev.sandmill.orchestrator.tuning;

import java.util.function.IntConsumer;
import java.util.function.Supplier;

/// One number that is adapted: what it bounds is watched, and the finder's answer brought into force. For one thread
/// only, but for [#view].
public final class AdaptiveLimit {
    /// Fewer ended runs say nothing.
    private static final int LEAST_RUNS = 20;
    /// Less than this share of the limit in use: not the limit is what holds the work up, and nothing is learnt.
    private static final double IN_USE = 0.75;

    private final String name;
    private final Supplier<Work> work;
    private final IntConsumer force;
    private final KneeFinder finder;
    private Work before;
    private long beforeNanos;
    private boolean settling = true;
    private volatile View view;

    AdaptiveLimit(String name, KneeFinder finder, Supplier<Work> work, IntConsumer force, long nowNanos) {
        this.name = name;
        this.finder = finder;
        this.work = work;
        this.force = force;
        this.before = work.get();
        this.beforeNanos = nowNanos;
        this.view = new View(name, finder.limit(), "idle", 0, 0);
    }

    /// How it stands.
    ///
    /// @param state `idle`: too little work to learn from; `looking`; `holding`
    public record View(String name, int limit, String state, double perSecond, double meanMillis) {}

    View view() {
        return view;
    }

    int limit() {
        return finder.limit();
    }

    /// Called regularly; looks at what was done since the last time that it learnt something.
    void look(long nowNanos) {
        Work now = work.get();
        Work done = now.since(before);
        double seconds = (nowNanos - beforeNanos) / 1e9;
        if (done.runs() < Math.max(LEAST_RUNS, 2L * finder.limit()) && seconds < 10) {
            return;
        }
        before = now;
        beforeNanos = nowNanos;
        if (settling && done.runs() > 0) {
            settling = false;
            return;
        }
        double inUse = done.nanos() / 1e9 / seconds;
        double perSecond = done.done() / seconds;
        double latency = done.runs() == 0 ? 0 : done.nanos() / 1e9 / done.runs();
        if (done.runs() < LEAST_RUNS || inUse < IN_USE * finder.limit()) {
            view = new View(name, finder.limit(), "idle", rounded(perSecond), rounded(latency * 1000));
            return;
        }
        int limit = finder.limit();
        finder.measured(perSecond, latency);
        if (finder.limit() != limit) {
            force.accept(finder.limit());
            settling = true;
        }
        view = new View(
                name,
                finder.limit(),
                finder.isHolding() ? "holding" : "looking",
                rounded(perSecond),
                rounded(latency * 1000));
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
