package dev.sandmill.backplane.queue;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A worker's slots, whose number may change while jobs hold them: fewer come into force as jobs end. Thread-safe.
final class Slots {
    private final Permits free;
    private volatile int total;

    Slots(int total) {
        this.total = total;
        this.free = new Permits(total);
    }

    /// Lets permits be taken away that somebody still holds.
    private static final class Permits extends Semaphore {
        private static final long serialVersionUID = 1L;

        Permits(int permits) {
            super(permits);
        }

        void withdraw(int permits) {
            reducePermits(permits);
        }
    }

    int total() {
        return total;
    }

    /// Whether more are held than there should be by now.
    boolean areTooMany() {
        return free.availablePermits() < 0;
    }

    synchronized void resize(int slots) {
        if (slots > total) {
            free.release(slots - total);
        } else {
            free.withdraw(total - slots);
        }
        total = slots;
    }

    /// One free slot, if there is one now.
    boolean tryAcquire() {
        return free.tryAcquire();
    }

    /// So many free slots, if there are as many now.
    boolean tryAcquire(int slots) {
        return free.tryAcquire(slots);
    }

    /// Whether a slot is free, or becomes free within the time; it is not acquired.
    boolean awaitFree(Duration atMost) throws InterruptedException {
        if (free.availablePermits() > 0) {
            return true;
        }
        int acquired = acquire(1, atMost);
        free.release(acquired);
        return acquired > 0;
    }

    /// As many free slots as there are, up to this number, at least one within the time; 0 is none.
    int acquire(int atMost, Duration within) throws InterruptedException {
        if (!free.tryAcquire(within.toMillis(), TimeUnit.MILLISECONDS)) {
            return 0;
        }
        int acquired = 1;
        while (acquired < atMost && free.tryAcquire()) {
            acquired++;
        }
        return acquired;
    }

    int free() {
        return free.availablePermits();
    }

    void release(int slots) {
        free.release(slots);
    }

    /// Whether every slot became free within the time; they are not given back.
    boolean acquireAll(Duration atMost) throws InterruptedException {
        return free.tryAcquire(total, atMost.toMillis(), TimeUnit.MILLISECONDS);
    }
}
