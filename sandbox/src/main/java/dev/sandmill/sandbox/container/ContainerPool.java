package dev.sandmill.sandbox.container;

import dev.sandmill.api.BreakerState;
import dev.sandmill.sandbox.wire.Frame;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Started containers, ready to take a program. Hands out one of the same tenant first, then an unused one, then
/// makes one. A container once used is its tenant's until it is destroyed, and comes back only after init has
/// proven that nothing of the run is left. Creating ahead, resetting and destroying happen in the background. What
/// there is at a moment and what may be done next is [PoolShelf]'s.
public final class ContainerPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerPool.class);
    private static final Duration RESET_PATIENCE = Duration.ofSeconds(10);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(20);
    /// A reset takes less than a millisecond, on a busy host some ten. Waiting for one is cheaper than using up an
    /// unused container, which costs more than a hundred to make.
    private static final long RESET_WAIT_NANOS = Duration.ofMillis(100).toNanos();

    private final ContainerFactory factory;
    private final LongSupplier clock;
    private final Slots slots;
    private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /// Leases that wait for a container or have one made.
    private final AtomicInteger pressing = new AtomicInteger();
    private final Removals removals = new Removals(() -> pressing.get() > 0);
    private final PoolShelf shelf;
    private int waiting;
    private boolean closed;
    private volatile PoolSettings settings;

    public ContainerPool(ContainerFactory factory, PoolSettings settings) {
        this(factory, settings, System::nanoTime);
    }

    ContainerPool(ContainerFactory factory, PoolSettings settings, LongSupplier clock) {
        this.factory = factory;
        this.settings = settings;
        this.clock = clock;
        this.slots = new Slots(settings.slots());
        this.shelf = new PoolShelf(settings, clock, this::evict);
    }

    /// Keeps unused containers of these specs ready from now on. Called again now and then, it also finds the
    /// containers that were lost meanwhile, and lets go those that nobody needs any more.
    public void keepReady(List<ContainerSpec> specs) {
        lock.lock();
        try {
            shelf.want(specs);
            shelf.takeSuperfluous().forEach(this::dismiss);
        } finally {
            lock.unlock();
        }
        refill(true);
    }

    /// Changes the bounds while programs run: what is too much goes as it becomes idle, what is missing is made.
    public void resize(int most, int ready) {
        lock.lock();
        try {
            settings = settings.resized(most, ready);
            shelf.resize(settings);
            slots.resize(most);
            shelf.takeSuperfluous().forEach(this::dismiss);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        refill(false);
    }

    /// What all containers may use of the host's memory together; no bound until this is called.
    public void boundMemory(long bytes) {
        lock.lock();
        try {
            shelf.memory().limit(bytes);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Why programs should wait elsewhere for a while: creations fail one after the other.
    public Optional<String> trouble() {
        lock.lock();
        try {
            return shelf.failures().trouble(clock.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /// The breaker in front of Docker's creations.
    public BreakerState breaker() {
        lock.lock();
        try {
            return shelf.failures().state(clock.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /// Waits for a slot, then for memory and a container.
    ///
    /// @param fresh whether it has to be one that no program ran in
    /// @throws ContainerUnavailable when there is none in time
    public Lease lease(ContainerSpec spec, String tenant, boolean fresh)
            throws ContainerUnavailable, InterruptedException {
        long deadline = System.nanoTime() + settings.patience().toNanos();
        if (!slots.acquire(settings.patience())) {
            throw new ContainerUnavailable("no slot came free within " + settings.patience(), null);
        }
        pressing.incrementAndGet();
        boolean leased = false;
        try {
            PooledContainer found = awaitOne(spec, tenant, fresh, deadline);
            PooledContainer held = found == null ? make(spec, tenant) : found;
            leased = true;
            return new Lease(this, held, true, held.uses() > 1);
        } finally {
            pressing.decrementAndGet();
            if (!leased) {
                slots.release();
            }
            refill(false);
        }
    }

    /// The same for a holder that keeps the container until it discards it: it takes no slot, and no other program ever
    /// runs in it. Such containers may have half of the memory together.
    ///
    /// @return nothing where they have it already
    /// @throws ContainerUnavailable when there is none in time
    public Optional<Lease> withdraw(ContainerSpec spec, String tenant)
            throws ContainerUnavailable, InterruptedException {
        long deadline = System.nanoTime() + settings.patience().toNanos();
        lock.lock();
        try {
            if (!shelf.memory().withdraws(spec)) {
                return Optional.empty();
            }
        } finally {
            lock.unlock();
        }
        pressing.incrementAndGet();
        boolean leased = false;
        try {
            PooledContainer found = awaitOne(spec, tenant, true, deadline);
            PooledContainer held = found == null ? make(spec, tenant) : found;
            leased = true;
            note(() -> shelf.withdrawn(held));
            return Optional.of(new Lease(this, held, false, false));
        } finally {
            pressing.decrementAndGet();
            if (!leased) {
                note(() -> shelf.memory().wasWithdrawn(spec));
            }
            refill(false);
        }
    }

    /// One that is there, leased; or null when one has to be made, for which there is room then.
    private @Nullable PooledContainer awaitOne(ContainerSpec spec, String tenant, boolean fresh, long deadline)
            throws ContainerUnavailable, InterruptedException {
        Predicate<PooledContainer> own =
                entry -> !entry.unused() && entry.serves(spec) && entry.tenant().equals(tenant);
        long resetDeadline = System.nanoTime() + RESET_WAIT_NANOS;
        lock.lock();
        waiting++;
        try {
            while (true) {
                requireOpen(spec);
                long now = System.nanoTime();
                PooledContainer used = fresh ? null : shelf.idle().find(spec, own);
                if (used == null && !fresh && now < resetDeadline && shelf.isResetting(own)) {
                    changed.awaitNanos(resetDeadline - now);
                    continue;
                }
                PooledContainer found = used != null ? used : shelf.idle().find(spec, PooledContainer::unused);
                if (shelf.makeRoom(spec, found)) {
                    if (found != null) {
                        return shelf.lease(found, tenant);
                    }
                    if (shelf.mayCreate()) {
                        shelf.startsForLease(spec);
                        return null;
                    }
                }
                if (now >= deadline) {
                    throw new ContainerUnavailable(
                            "no container within " + settings.patience() + ": " + shelf.occupation(), null);
                }
                changed.awaitNanos(deadline - now);
            }
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    private void requireOpen(ContainerSpec spec) throws ContainerUnavailable {
        if (closed) {
            throw new ContainerUnavailable("the sandbox is closed", null);
        }
        Optional<String> refusal = shelf.memory().refusal(spec);
        if (refusal.isPresent()) {
            throw new ContainerUnavailable(refusal.get(), null);
        }
    }

    private PooledContainer make(ContainerSpec spec, String tenant) throws ContainerUnavailable, InterruptedException {
        Container container = null;
        PooledContainer held = null;
        try {
            container = create(spec);
        } finally {
            lock.lock();
            try {
                held = shelf.madeForLease(spec, container, tenant, closed);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
        if (held == null) {
            remove(container, 0, true);
            throw new ContainerUnavailable("the sandbox is closed", null);
        }
        return held;
    }

    private Container create(ContainerSpec spec) throws ContainerUnavailable, InterruptedException {
        long start = clock.getAsLong();
        try {
            Container container = factory.create(spec);
            note(() -> shelf.created(clock.getAsLong() - start));
            return container;
        } catch (ContainerUnavailable unavailable) {
            note(() -> shelf.failures().failed(String.valueOf(unavailable.getMessage()), clock.getAsLong()));
            throw unavailable;
        }
    }

    private void note(Runnable fact) {
        lock.lock();
        try {
            fact.run();
        } finally {
            lock.unlock();
        }
    }

    void returned(PooledContainer held, boolean resetting) {
        note(() -> shelf.resets(held));
        slots.release();
        later(() -> reset(held, resetting));
    }

    void discarded(PooledContainer held, boolean slotted) {
        note(() -> {
            shelf.leaves(held);
            if (!slotted) {
                shelf.memory().wasWithdrawn(held.spec());
            }
        });
        if (slotted) {
            slots.release();
        }
        remove(held.container(), slotted ? MemoryBound.used(held.spec()) : MemoryBound.withdrawn(held.spec()), true);
    }

    private void reset(PooledContainer held, boolean resetting) {
        boolean proven = held.uses() < settings.usesMax() && provenClean(held.container(), resetting);
        lock.lock();
        try {
            proven = proven && !closed;
            shelf.wasReset(held, proven).forEach(this::dismiss);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (!proven) {
            remove(held.container(), 0, false);
        }
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

    private void evict(PooledContainer idle) {
        remove(idle.container(), 0, true);
    }

    private void dismiss(PooledContainer idle) {
        remove(idle.container(), 0, false);
    }

    /// @param reserved bytes that are given free once it is gone
    /// @param urgent whether a program may still run in it, or its place is needed
    private void remove(Container container, long reserved, boolean urgent) {
        Runnable then = () -> {
            lock.lock();
            try {
                shelf.removed(reserved);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        };
        if (urgent) {
            removals.now(container, then);
        } else {
            removals.later(container, then);
        }
    }

    /// Starts to make what is missing, as far as there is room and nobody waits for a container. What fails is tried
    /// again at the next [#keepReady].
    ///
    /// @param tries whether to try one although the last creation failed
    private void refill(boolean tries) {
        while (true) {
            ContainerSpec spec;
            lock.lock();
            try {
                Optional<ContainerSpec> needed = closed || waiting > 0 ? Optional.empty() : shelf.startsAhead(tries);
                if (needed.isEmpty()) {
                    return;
                }
                spec = needed.get();
            } finally {
                lock.unlock();
            }
            later(() -> fill(spec));
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
            boolean kept = false;
            lock.lock();
            try {
                kept = shelf.madeAhead(spec, container, closed);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            if (container != null && !kept) {
                remove(container, 0, true);
            }
        }
        if (container != null) {
            refill(false);
        }
    }

    public PoolCounts counts() {
        lock.lock();
        try {
            return shelf.counts();
        } finally {
            lock.unlock();
        }
    }

    /// Destroys every container, leased ones too.
    @Override
    public void close() {
        List<PooledContainer> all;
        lock.lock();
        try {
            closed = true;
            all = shelf.takeAll();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        all.forEach(this::evict);
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
