package dev.sandmill.sandbox.container;

import dev.sandmill.api.BreakerState;
import dev.sandmill.api.text.Spelled;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/// Started containers, ready to take a program. Hands out one of the same tenant first, then an unused one, then
/// makes one. A container once used is its tenant's until it is destroyed, and comes back only after init has
/// proven that nothing of the run is left. What happens to containers in the background is [PoolKeeper]'s; what there
/// is at a moment and what may be done next is [PoolShelf]'s.
public final class ContainerPool implements AutoCloseable {
    /// A reset takes less than a millisecond, on a busy host some ten. Waiting for one is cheaper than using up an
    /// unused container, which costs more than a hundred to make.
    private static final long RESET_WAIT_NANOS = Duration.ofMillis(100).toNanos();

    private final LongSupplier clock;
    private final Slots slots;
    private final PoolState state;
    private final PoolKeeper keeper;

    public ContainerPool(ContainerFactory factory, PoolSettings settings) {
        this(factory, settings, System::nanoTime);
    }

    ContainerPool(ContainerFactory factory, PoolSettings settings, LongSupplier clock) {
        this.clock = clock;
        this.slots = new Slots(settings.slots());
        this.state = new PoolState(settings, clock, this::evict);
        this.keeper = new PoolKeeper(factory, clock, state);
    }

    private void evict(PooledContainer idle) {
        keeper.evict(idle);
    }

    /// Keeps unused containers of these specs ready from now on. Called again now and then, it also finds the
    /// containers that were lost meanwhile, and lets go those that nobody needs any more.
    public void keepReady(List<ContainerSpec> specs) {
        state.note(shelf -> {
            shelf.want(specs);
            shelf.takeSuperfluous().forEach(keeper::dismiss);
        });
        keeper.refill(true);
    }

    /// Changes the bounds while programs run: what is too much goes as it becomes idle, what is missing is made.
    public void resize(int most, int ready) {
        slots.resize(most);
        state.resize(most, ready).forEach(keeper::dismiss);
        keeper.refill(false);
    }

    /// What all containers may use of the host's memory together; no bound until this is called.
    public void boundMemory(long bytes) {
        state.boundMemory(bytes);
    }

    /// Why programs should wait elsewhere for a while: creations fail one after the other.
    public Optional<String> trouble() {
        return state.look(shelf -> shelf.failures().trouble(clock.getAsLong()));
    }

    /// The breaker in front of Docker's creations.
    public BreakerState breaker() {
        return state.look(shelf -> shelf.failures().state(clock.getAsLong()));
    }

    /// Waits for a slot, then for memory and a container.
    ///
    /// @param fresh whether it has to be one that no program ran in
    /// @throws ContainerUnavailable when there is none in time
    public Lease lease(ContainerSpec spec, String tenant, boolean fresh)
            throws ContainerUnavailable, InterruptedException {
        Duration patience = state.settings().patience();
        long deadline = System.nanoTime() + patience.toNanos();
        if (!slots.acquire(patience)) {
            throw new ContainerUnavailable("no slot came free within " + Spelled.time(patience), null);
        }
        keeper.pressed();
        boolean leased = false;
        try {
            PooledContainer held = hold(spec, tenant, fresh, deadline);
            leased = true;
            return new Lease(this, held, true, held.uses() > 1);
        } finally {
            keeper.eased();
            if (!leased) {
                slots.release();
            }
            keeper.refill(false);
        }
    }

    /// The same for a holder that keeps the container until it discards it: it takes no slot, and no other program ever
    /// runs in it. Such containers may have half of the memory together.
    ///
    /// @return nothing where they have it already
    /// @throws ContainerUnavailable when there is none in time
    public Optional<Lease> withdraw(ContainerSpec spec, String tenant)
            throws ContainerUnavailable, InterruptedException {
        long deadline = System.nanoTime() + state.settings().patience().toNanos();
        if (!state.look(shelf -> shelf.memory().withdraws(spec))) {
            return Optional.empty();
        }
        keeper.pressed();
        boolean leased = false;
        try {
            PooledContainer held = hold(spec, tenant, true, deadline);
            leased = true;
            state.note(shelf -> shelf.withdrawn(held));
            return Optional.of(new Lease(this, held, false, false));
        } finally {
            keeper.eased();
            if (!leased) {
                state.note(shelf -> shelf.memory().wasWithdrawn(spec));
            }
            keeper.refill(false);
        }
    }

    private PooledContainer hold(ContainerSpec spec, String tenant, boolean fresh, long deadline)
            throws ContainerUnavailable, InterruptedException {
        Optional<PooledContainer> found = awaitOne(spec, tenant, fresh, deadline);
        return found.isPresent() ? found.get() : make(spec, tenant);
    }

    /// One that is there, leased; or nothing when one has to be made, for which there is room then.
    private Optional<PooledContainer> awaitOne(ContainerSpec spec, String tenant, boolean fresh, long deadline)
            throws ContainerUnavailable, InterruptedException {
        Predicate<PooledContainer> own =
                entry -> !entry.unused() && entry.serves(spec) && entry.tenant().equals(tenant);
        long resetDeadline = System.nanoTime() + RESET_WAIT_NANOS;
        return state.await((shelf, closed, wait) -> {
            requireOpen(shelf, closed, spec);
            long now = System.nanoTime();
            PooledContainer used = fresh ? null : shelf.idle().find(spec, own);
            if (used == null && !fresh && now < resetDeadline && shelf.isResetting(own)) {
                wait.atMost(resetDeadline - now);
                return Optional.empty();
            }
            PooledContainer found = used != null ? used : shelf.idle().find(spec, PooledContainer::unused);
            if (shelf.makeRoom(spec, found)) {
                if (found != null) {
                    return Optional.of(Optional.of(shelf.lease(found, tenant)));
                }
                if (shelf.mayCreate()) {
                    shelf.startsForLease(spec);
                    return Optional.of(Optional.empty());
                }
            }
            if (now >= deadline) {
                throw new ContainerUnavailable(
                        "no container within " + Spelled.time(state.settings().patience()) + ": " + shelf.occupation(),
                        null);
            }
            wait.atMost(deadline - now);
            return Optional.empty();
        });
    }

    private static void requireOpen(PoolShelf shelf, boolean closed, ContainerSpec spec) throws ContainerUnavailable {
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
            container = keeper.create(spec);
        } finally {
            held = state.madeForLease(spec, container, tenant);
        }
        if (held == null) {
            keeper.remove(container, 0, true);
            throw new ContainerUnavailable("the sandbox is closed", null);
        }
        return held;
    }

    void returned(PooledContainer held, boolean resetting) {
        state.note(shelf -> shelf.resets(held));
        slots.release();
        keeper.reset(held, resetting);
    }

    void discarded(PooledContainer held, boolean slotted) {
        state.note(shelf -> {
            shelf.leaves(held);
            if (!slotted) {
                shelf.memory().wasWithdrawn(held.spec());
            }
        });
        if (slotted) {
            slots.release();
        }
        long reserved = slotted ? MemoryBound.used(held.spec()) : MemoryBound.withdrawn(held.spec());
        keeper.remove(held.container(), reserved, true);
    }

    public PoolCounts counts() {
        return state.look(PoolShelf::counts);
    }

    /// Destroys every container, leased ones too.
    @Override
    public void close() {
        state.close().forEach(keeper::evict);
        keeper.close();
    }
}
