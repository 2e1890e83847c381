package dev.sandmill.vectorizer.embed.remote;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// How many calls may be under way at once, shared by all who call: one more after about as many good answers as are
/// allowed, half after a refusal (additive increase, multiplicative decrease, as in TCP). While an endpoint has asked
/// to be left alone, none may begin. Thread-safe.
final class AdaptiveLimit {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int most;
    private double allowed;
    private int underWay;
    private long quietUntilNanos = System.nanoTime();
    private long halvedAtCall;
    private long calls;

    AdaptiveLimit(int most) {
        this.most = most;
        this.allowed = most;
    }

    /// Changes the most that are ever allowed. Where all of them were, all of the new ones are.
    void bound(int newMost) {
        lock.lock();
        try {
            allowed = allowed >= most ? newMost : Math.min(allowed, newMost);
            most = newMost;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until a call may begin.
    ///
    /// @return the call's number, to be given back to [#end]
    long begin() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                long quiet = quietUntilNanos - System.nanoTime();
                if (quiet > 0) {
                    changed.await(quiet, TimeUnit.NANOSECONDS);
                } else if (underWay >= (int) allowed) {
                    changed.await();
                } else {
                    underWay++;
                    return ++calls;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// How a call ended, as far as the endpoint's load goes.
    enum End {
        GOOD,
        TOO_MUCH,
        UNKNOWN
    }

    /// Refused calls that began before the last halving say nothing new.
    ///
    /// @param quiet for how long no call may begin
    void end(long call, End end, Duration quiet) {
        lock.lock();
        try {
            underWay--;
            if (end == End.GOOD) {
                allowed = Math.min(most, allowed + 1 / allowed);
            } else if (end == End.TOO_MUCH && call > halvedAtCall) {
                allowed = Math.max(1, allowed / 2);
                halvedAtCall = calls;
            }
            if (quiet.isPositive()) {
                quietUntilNanos = Math.max(quietUntilNanos, System.nanoTime() + quiet.toNanos());
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int allowed() {
        lock.lock();
        try {
            return (int) allowed;
        } finally {
            lock.unlock();
        }
    }
}
