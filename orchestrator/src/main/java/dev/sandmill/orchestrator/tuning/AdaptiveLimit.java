package dev.sandmill.orchestrator.tuning;

import java.util.OptionalInt;
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
    private final Use use;
    private final IntConsumer force;
    private final KneeFinder finder;
    private Work before;
    private long beforeNanos;
    private boolean settling = true;
    private int told;
    private volatile View view;

    AdaptiveLimit(String name, KneeFinder finder, Supplier<Work> work, Use use, IntConsumer force, long nowNanos) {
        this.name = name;
        this.finder = finder;
        this.work = work;
        this.use = use;
        this.force = force;
        this.before = work.get();
        this.beforeNanos = nowNanos;
        this.told = finder.limit();
        this.view = new View(name, finder.limit(), "idle", 0, 0);
    }

    /// How much of what is bounded was in use, in the unit of the limit.
    interface Use {
        /// So many at a time.
        Use AT_A_TIME = (done, seconds) -> done.nanos() / 1e9 / seconds;
        /// So many in each run.
        Use IN_A_RUN = (done, seconds) -> done.runs() == 0 ? 0 : (double) done.done() / done.runs();

        double of(Work done, double seconds);
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

    /// Its turn to look begins: what was done under another's changes teaches nothing.
    void begin(long nowNanos) {
        before = work.get();
        beforeNanos = nowNanos;
        settling = true;
    }

    /// The value that it came to stay at, once for each.
    OptionalInt settled() {
        if (!finder.isHolding() || finder.limit() == told) {
            return OptionalInt.empty();
        }
        told = finder.limit();
        return OptionalInt.of(told);
    }

    /// The value that [#settled] told last, or where it started.
    int told() {
        return told;
    }

    String name() {
        return name;
    }

    /// Called regularly; looks at what was done since the last time that it learnt something. Answers whether another
    /// that is measured by the same work may look now: this one stays, or has nothing to learn from.
    boolean look(long nowNanos) {
        Work now = work.get();
        Work done = now.since(before);
        double seconds = (nowNanos - beforeNanos) / 1e9;
        if (done.runs() < enough() && seconds < 10) {
            return false;
        }
        before = now;
        beforeNanos = nowNanos;
        if (settling && done.runs() > 0) {
            settling = false;
            return false;
        }
        double inUse = use.of(done, seconds);
        double perSecond = done.done() / seconds;
        double latency = done.runs() == 0 ? 0 : done.nanos() / 1e9 / done.runs();
        if (done.runs() < LEAST_RUNS || inUse < IN_USE * finder.limit()) {
            view = new View(name, finder.limit(), "idle", rounded(perSecond), rounded(latency * 1000));
            return true;
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
        return finder.isHolding();
    }

    /// Of many at a time each has to have run twice.
    private long enough() {
        return use == Use.AT_A_TIME ? Math.max(LEAST_RUNS, 2L * finder.limit()) : LEAST_RUNS;
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
