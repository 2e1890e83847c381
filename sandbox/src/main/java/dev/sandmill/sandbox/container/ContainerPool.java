package dev.sandmill.sandbox.container;

import dev.sandmill.sandbox.wire.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Started containers, ready to take a program. Hands out one of the same tenant first, then an unused one, then
/// makes one. A container once used is its tenant's until it is destroyed, and comes back only after init has
/// proven that nothing of the run is left. Creating ahead, resetting and destroying happen in the background.
public final class ContainerPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerPool.class);
    private static final Duration RESET_PATIENCE = Duration.ofSeconds(10);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(20);
    /// A reset takes well under a millisecond: waiting for one is cheaper than using up an unused container.
    private static final long RESET_WAIT_NANOS = Duration.ofMillis(20).toNanos();

    private final ContainerFactory factory;
    private final PoolSettings settings;
    private final Semaphore slots;
    private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final IdleContainers idle = new IdleContainers(entry -> later(() -> destroy(entry.container())));
    private final List<PooledContainer> resetting = new ArrayList<>();
    private final List<PooledContainer> leased = new ArrayList<>();
    private final Demand demand;
    private long created;
    private long destroyed;
    private long recycled;
    private boolean closed;

    public ContainerPool(ContainerFactory factory, PoolSettings settings) {
        this.factory = factory;
        this.settings = settings;
        this.demand = new Demand(settings.ready());
        this.slots = new Semaphore(settings.slots(), true);
    }

    /// Keeps unused containers of exactly these specs ready from now on. Called again now and then, it also finds
    /// the containers that were lost meanwhile.
    public void keepReady(List<ContainerSpec> specs) {
        lock.lock();
        try {
            demand.want(specs);
            idle.takeOutdated(demand.wanted()).forEach(entry -> later(() -> destroy(entry.container())));
        } finally {
            lock.unlock();
        }
        specs.forEach(this::refill);
    }

    /// Waits for a slot, then for a container.
    ///
    /// @param fresh whether it has to be one that no program ran in
    /// @throws ContainerUnavailable when there is none in time
    public Lease lease(ContainerSpec spec, String tenant, boolean fresh)
            throws ContainerUnavailable, InterruptedException {
        if (!slots.tryAcquire(settings.patience().toMillis(), TimeUnit.MILLISECONDS)) {
            throw new ContainerUnavailable("no slot came free within " + settings.patience(), null);
        }
        try {
            PooledContainer taken = fresh ? null : takeOf(spec, tenant);
            boolean again = taken != null;
            if (taken == null) {
                taken = take(entry -> entry.unused() && entry.serves(spec));
            }
            if (taken == null) {
                started(spec);
                taken = new PooledContainer(create(spec), "", 0);
            }
            PooledContainer held = taken.usedBy(tenant);
            lock.lock();
            try {
                leased.add(held);
                recycled += again ? 1 : 0;
            } finally {
                lock.unlock();
            }
            refill(spec);
            return new Lease(this, held, again);
        } catch (ContainerUnavailable | InterruptedException | RuntimeException failed) {
            slots.release();
            throw failed;
        }
    }

    private @Nullable PooledContainer takeOf(ContainerSpec spec, String tenant) throws InterruptedException {
        Predicate<PooledContainer> own =
                entry -> !entry.unused() && entry.serves(spec) && entry.tenant().equals(tenant);
        lock.lock();
        try {
            long patience = RESET_WAIT_NANOS;
            PooledContainer found = idle.take(own);
            while (found == null && patience > 0 && resetting.stream().anyMatch(own)) {
                patience = changed.awaitNanos(patience);
                found = idle.take(own);
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable PooledContainer take(Predicate<PooledContainer> suits) {
        lock.lock();
        try {
            return idle.take(suits);
        } finally {
            lock.unlock();
        }
    }

    private void started(ContainerSpec spec) throws ContainerUnavailable {
        lock.lock();
        try {
            if (closed) {
                throw new ContainerUnavailable("the sandbox is closed", null);
            }
            demand.starts(spec);
        } finally {
            lock.unlock();
        }
    }

    /// Makes a container that counts as starting already.
    private Container create(ContainerSpec spec) throws ContainerUnavailable, InterruptedException {
        Container container = null;
        try {
            container = factory.create(spec);
            return container;
        } finally {
            lock.lock();
            try {
                demand.started(spec);
                created += container == null ? 0 : 1;
            } finally {
                lock.unlock();
            }
        }
    }

    void returned(PooledContainer held) {
        lock.lock();
        try {
            leased.remove(held);
            resetting.add(held);
        } finally {
            lock.unlock();
        }
        slots.release();
        later(() -> reset(held));
    }

    void discarded(PooledContainer held) {
        lock.lock();
        try {
            leased.remove(held);
        } finally {
            lock.unlock();
        }
        slots.release();
        later(() -> destroy(held.container()));
    }

    private void reset(PooledContainer held) {
        boolean proven = held.uses() < settings.usesMax() && provenClean(held.container());
        PooledContainer surplus = null;
        lock.lock();
        try {
            resetting.remove(held);
            proven = proven && !closed;
            if (proven) {
                idle.add(held);
                surplus = idle.takeSurplus(settings.idleMax());
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (!proven) {
            destroy(held.container());
        }
        if (surplus != null) {
            destroy(surplus.container());
        }
    }

    private static boolean provenClean(Container container) {
        try {
            container.send(List.of(new Frame.Reset()));
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

    private void destroy(Container container) {
        container.destroy();
        lock.lock();
        try {
            destroyed++;
        } finally {
            lock.unlock();
        }
    }

    private void refill(ContainerSpec spec) {
        if (startsAnother(spec)) {
            later(() -> fill(spec));
        }
    }

    private boolean startsAnother(ContainerSpec spec) {
        lock.lock();
        try {
            boolean another = !closed && demand.wantsAnother(spec, idle.unused(spec));
            if (another) {
                demand.starts(spec);
            }
            return another;
        } finally {
            lock.unlock();
        }
    }

    /// Creates one that counts as starting already, and more while there are too few. What fails is tried again at
    /// the next lease and the next [#keepReady].
    private void fill(ContainerSpec spec) {
        try {
            do {
                offer(new PooledContainer(create(spec), "", 0));
            } while (startsAnother(spec));
        } catch (ContainerUnavailable away) {
            LOG.warn("no container could be made ahead: {}", away.getMessage());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void offer(PooledContainer entry) {
        lock.lock();
        try {
            if (!closed) {
                idle.add(entry);
                return;
            }
        } finally {
            lock.unlock();
        }
        destroy(entry.container());
    }

    public PoolCounts counts() {
        lock.lock();
        try {
            return new PoolCounts(
                    idle.size() + resetting.size(), leased.size(), demand.starting(), created, destroyed, recycled);
        } finally {
            lock.unlock();
        }
    }

    /// Destroys every container, leased ones too.
    @Override
    public void close() {
        List<PooledContainer> all = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            all.addAll(idle.takeAll());
            all.addAll(resetting);
            all.addAll(leased);
        } finally {
            lock.unlock();
        }
        all.parallelStream().forEach(entry -> destroy(entry.container()));
        background.shutdown();
        try {
            if (!background.awaitTermination(CLOSE_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                background.shutdownNow();
            }
        } catch (InterruptedException hurried) {
            background.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
