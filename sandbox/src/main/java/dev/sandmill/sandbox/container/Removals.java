package dev.sandmill.sandbox.container;

import dev.sandmill.api.text.Spelled;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Containers on their way out. To remove one costs Docker a third of what it costs to make one: in a burst those in
/// which nothing runs any more wait until nobody waits for a container, within bounds.
final class Removals implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Removals.class);
    private static final int BACKLOG_MAX = 64;
    private static final int AT_A_TIME = 2;
    private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long LOOK_NANOS = Duration.ofMillis(50).toNanos();
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(20);

    /// @param then what else its end means; runs after it
    private record Leaving(Container container, Runnable then, long sinceNanos) {}

    private final BooleanSupplier isBusy;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Leaving> urgent = new ArrayDeque<>();
    private final Deque<Leaving> patient = new ArrayDeque<>();
    private int workers;
    private boolean closed;

    /// @param isBusy whether somebody waits for a container; asked without any lock of the pool
    Removals(BooleanSupplier isBusy) {
        this.isBusy = isBusy;
    }

    /// For a container in which a program may still run, or whose memory is needed.
    void now(Container container, Runnable then) {
        add(urgent, container, then);
    }

    /// For a container in which nothing runs any more.
    void later(Container container, Runnable then) {
        add(patient, container, then);
    }

    private void add(Deque<Leaving> queue, Container container, Runnable then) {
        lock.lock();
        try {
            queue.addLast(new Leaving(container, then, System.nanoTime()));
            if (workers < AT_A_TIME) {
                workers++;
                Thread.ofVirtual().name("sandbox-removals").start(this::work);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        for (Optional<Leaving> next = next(); next.isPresent(); next = next()) {
            Leaving leaving = next.get();
            try {
                leaving.container().destroy();
            } catch (RuntimeException broken) {
                LOG.error(
                        "container {} could not be removed", leaving.container().id(), broken);
            } finally {
                leaving.then().run();
            }
        }
    }

    /// Empty when there is none: this worker ends then.
    private Optional<Leaving> next() {
        lock.lock();
        try {
            while (true) {
                if (!urgent.isEmpty()) {
                    return Optional.of(urgent.removeFirst());
                }
                if (patient.isEmpty()) {
                    return workerEnds();
                }
                if (isDue(patient.getFirst())) {
                    return Optional.of(patient.removeFirst());
                }
                changed.awaitNanos(LOOK_NANOS);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return workerEnds();
        } finally {
            lock.unlock();
        }
    }

    private Optional<Leaving> workerEnds() {
        workers--;
        changed.signalAll();
        return Optional.empty();
    }

    private boolean isDue(Leaving oldest) {
        return closed
                || patient.size() > BACKLOG_MAX
                || System.nanoTime() - oldest.sinceNanos() > LONGEST_WAIT_NANOS
                || !isBusy.getAsBoolean();
    }

    int waiting() {
        lock.lock();
        try {
            return urgent.size() + patient.size();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until all are removed, for a bounded time; what is left then is told and left to the next start.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            long patience = CLOSE_PATIENCE.toNanos();
            while (workers > 0 && patience > 0) {
                patience = changed.awaitNanos(patience);
            }
            if (workers > 0) {
                LOG.warn(
                        "{} containers were not removed within {}",
                        urgent.size() + patient.size() + workers,
                        Spelled.time(CLOSE_PATIENCE));
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
