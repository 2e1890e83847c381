package dev.sandmill.sandbox.container;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A pool's shelf with its lock: each method is one step, and who waits for a container is woken where there may be
/// one.
final class PoolState {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PoolShelf shelf;
    private volatile PoolSettings settings;
    private int waiting;
    private boolean closed;

    /// @param evict is given the idle containers that have to go at once
    PoolState(PoolSettings settings, LongSupplier clock, Consumer<PooledContainer> evict) {
        this.settings = settings;
        this.shelf = new PoolShelf(settings, clock, evict);
    }

    PoolSettings settings() {
        return settings;
    }

    <T> T look(Function<PoolShelf, T> question) {
        lock.lock();
        try {
            return question.apply(shelf);
        } finally {
            lock.unlock();
        }
    }

    /// What wakes nobody.
    void note(Consumer<PoolShelf> fact) {
        lock.lock();
        try {
            fact.accept(shelf);
        } finally {
            lock.unlock();
        }
    }

    private <T> T change(Function<PoolShelf, T> step) {
        lock.lock();
        try {
            T result = step.apply(shelf);
            changed.signalAll();
            return result;
        } finally {
            lock.unlock();
        }
    }

    /// @return those that are too many now
    List<PooledContainer> resize(int most, int ready) {
        return change(shelved -> {
            settings = settings.resized(most, ready);
            shelved.resize(settings);
            return shelved.takeSuperfluous();
        });
    }

    void boundMemory(long bytes) {
        change(shelved -> {
            shelved.memory().limit(bytes);
            return true;
        });
    }

    /// What is asked again and again by one who waits.
    interface Attempt<T> {
        /// @return nothing where it has to wait, for at most `wait`'s nanoseconds before it is asked again
        Optional<T> next(PoolShelf shelf, boolean closed, Wait wait) throws ContainerUnavailable;
    }

    /// How long to wait for a change.
    static final class Wait {
        private long nanos;

        void atMost(long nanos) {
            this.nanos = nanos;
        }
    }

    <T> T await(Attempt<T> attempt) throws ContainerUnavailable, InterruptedException {
        lock.lock();
        waiting++;
        try {
            Wait wait = new Wait();
            Optional<T> found = attempt.next(shelf, closed, wait);
            while (found.isEmpty()) {
                changed.awaitNanos(wait.nanos);
                found = attempt.next(shelf, closed, wait);
            }
            return found.get();
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    /// @return it as leased; null where it could not be made or came too late
    @Nullable
    PooledContainer madeForLease(ContainerSpec spec, @Nullable Container container, String tenant) {
        return change(shelved -> Optional.ofNullable(shelved.madeForLease(spec, container, tenant, closed)))
                .orElse(null);
    }

    /// What to make next; nothing while somebody waits.
    Optional<ContainerSpec> startsAhead(boolean tries) {
        return look(shelved -> closed || waiting > 0 ? Optional.empty() : shelved.startsAhead(tries));
    }

    /// @return whether it is kept
    boolean madeAhead(ContainerSpec spec, @Nullable Container container) {
        return change(shelved -> shelved.madeAhead(spec, container, closed));
    }

    record AfterReset(boolean kept, List<PooledContainer> superfluous) {}

    AfterReset wasReset(PooledContainer held, boolean proven) {
        return change(shelved -> {
            boolean kept = proven && !closed;
            return new AfterReset(kept, shelved.wasReset(held, kept));
        });
    }

    void removed(long reserved) {
        change(shelved -> {
            shelved.removed(reserved);
            return true;
        });
    }

    /// @return every container that there is
    List<PooledContainer> close() {
        return change(shelved -> {
            closed = true;
            return shelved.takeAll();
        });
    }
}
