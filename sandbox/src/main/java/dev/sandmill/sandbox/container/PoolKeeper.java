package dev.sandmill.sandbox.container;

import dev.sandmill.sandbox.wire.Frame;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What happens to a pool's containers while nobody waits for it: they are made ahead of demand, reset after
/// their runs, and removed.
final class PoolKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PoolKeeper.class);
    private static final Duration RESET_PATIENCE = Duration.ofSeconds(10);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(20);

    private final ContainerFactory factory;
    private final LongSupplier clock;
    private final PoolState state;
    private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
    /// Leases that wait for a container or have one made.
    private final AtomicInteger pressing = new AtomicInteger();
    private final Removals removals = new Removals(() -> pressing.get() > 0);

    PoolKeeper(ContainerFactory factory, LongSupplier clock, PoolState state) {
        this.factory = factory;
        this.clock = clock;
        this.state = state;
    }

    /// From now on somebody waits; until as many calls of [#eased()].
    void pressed() {
        pressing.incrementAndGet();
    }

    void eased() {
        pressing.decrementAndGet();
    }

    Container create(ContainerSpec spec) throws ContainerUnavailable, InterruptedException {
        long start = clock.getAsLong();
        try {
            Container container = factory.create(spec);
            state.note(shelf -> shelf.created(clock.getAsLong() - start));
            return container;
        } catch (ContainerUnavailable unavailable) {
            state.note(shelf -> shelf.failures().failed(String.valueOf(unavailable.getMessage()), clock.getAsLong()));
            throw unavailable;
        }
    }

    /// Starts to make what is missing, as far as there is room and nobody waits for a container. What fails is tried
    /// again at the next [ContainerPool#keepReady].
    ///
    /// @param tries whether to try one although the last creation failed
    void refill(boolean tries) {
        while (true) {
            Optional<ContainerSpec> needed = state.startsAhead(tries);
            if (needed.isEmpty()) {
                return;
            }
            later(() -> fill(needed.get()));
        }
    }

    private void fill(ContainerSpec spec) {
        Container container = null;
        try {
            container = create(spec);
        } catch (ContainerUnavailable away) {
            LOG.warn("no container could be made ahead: {}", away.getMessage());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } finally {
            boolean kept = state.madeAhead(spec, container);
            if (container != null && !kept) {
                remove(container, 0, true);
            }
        }
        if (container != null) {
            refill(false);
        }
    }

    /// In the background: kept if the reset is proven.
    ///
    /// @param resetting whether init was told to reset already
    void reset(PooledContainer held, boolean resetting) {
        later(() -> {
            boolean proven = held.uses() < state.settings().usesMax() && provenClean(held.container(), resetting);
            PoolState.AfterReset after = state.wasReset(held, proven);
            after.superfluous().forEach(this::dismiss);
            if (!after.kept()) {
                remove(held.container(), 0, false);
            }
        });
    }

    private static boolean provenClean(Container container, boolean resetting) {
        try {
            if (!resetting) {
                container.send(List.of(new Frame.Reset()));
            }
            Optional<Frame.FromInit> answer = container.receive(RESET_PATIENCE);
            if (answer.isPresent() && answer.get() instanceof Frame.ResetDone) {
                return true;
            }
            LOG.warn("container {} is not reused: {}", container.id(), answer);
            return false;
        } catch (ContainerLost lost) {
            LOG.debug("container {} was lost before its reset: {}", container.id(), lost.getMessage());
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// In the background; on the caller's thread while closing.
    private void later(Runnable task) {
        try {
            background.execute(task);
        } catch (RejectedExecutionException closing) {
            task.run();
        }
    }

    void evict(PooledContainer idle) {
        remove(idle.container(), 0, true);
    }

    void dismiss(PooledContainer idle) {
        remove(idle.container(), 0, false);
    }

    /// @param reserved bytes that are given free once it is gone
    /// @param urgent whether a program may still run in it, or its place is needed
    void remove(Container container, long reserved, boolean urgent) {
        Runnable then = () -> state.removed(reserved);
        if (urgent) {
            removals.now(container, then);
        } else {
            removals.later(container, then);
        }
    }

    @Override
    public void close() {
        background.shutdown();
        try {
            if (!background.awaitTermination(CLOSE_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                background.shutdownNow();
            }
        } catch (InterruptedException hurried) {
            background.shutdownNow();
            Thread.currentThread().interrupt();
        }
        removals.close();
    }
}
