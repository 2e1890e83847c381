package dev.sandmill.sandbox.container;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Programs that may run at a time, first come, first served. The number may change while they run: fewer come into
/// force as programs end. Thread-safe.
public final class Slots {
    private final Permits free;
    private int total;

    public Slots(int total) {
        this.free = new Permits(total);
        this.total = total;
    }

    /// Lets permits be taken away that somebody still holds.
    private static final class Permits extends Semaphore {
        private static final long serialVersionUID = 1L;

        Permits(int permits) {
            super(permits, true);
        }

        void withdraw(int permits) {
            reducePermits(permits);
        }
    }

    public synchronized void resize(int slots) {
        if (slots < 1) {
            throw new IllegalArgumentException("slots has to be at least 1, not " + slots);
        }
        if (slots > total) {
            free.release(slots - total);
        } else {
            free.withdraw(total - slots);
        }
        total = slots;
    }

    /// Whether one came free within the time.
    public boolean acquire(Duration atMost) throws InterruptedException {
        return free.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    public void release() {
        free.release();
    }
}
