package dev.sandmill.sandbox.container;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a pool has at a moment, and what its bounds allow next. Does nothing with containers itself. Guarded by the
/// pool's lock.
final class PoolShelf {
    private final LongSupplier clock;
    private final Consumer<PooledContainer> evict;
    private final MemoryBound memory = new MemoryBound();
    private final CreationFailures failures = new CreationFailures();
    private final Demand demand;
    private final IdleContainers idle;
    private final List<PooledContainer> resetting = new ArrayList<>();
    private final List<PooledContainer> leased = new ArrayList<>();
    private PoolSettings settings;
    private int creating;
    private long created;
    private long destroyed;
    private long recycled;

    /// @param evict is given the idle containers that have to go at once
    PoolShelf(PoolSettings settings, LongSupplier clock, Consumer<PooledContainer> evict) {
        this.settings = settings;
        this.clock = clock;
        this.evict = evict;
        this.demand = new Demand(settings.ready(), settings.slots());
        this.idle = new IdleContainers(this::dropped);
    }

    void resize(PoolSettings changed) {
        settings = changed;
        demand.bound(changed.ready(), changed.slots());
    }

    MemoryBound memory() {
        return memory;
    }

    CreationFailures failures() {
        return failures;
    }

    IdleContainers idle() {
        return idle;
    }

    void want(List<ContainerSpec> specs) {
        demand.want(specs, clock.getAsLong());
    }

    boolean isResetting(Predicate<PooledContainer> entry) {
        return resetting.stream().anyMatch(entry);
    }

    /// Evicts idle containers, the one that waited longest first, until a program fits into `found`, or into a new
    /// container; none where that would not be enough.
    boolean makeRoom(ContainerSpec spec, @Nullable PooledContainer found) {
        long more = MemoryBound.used(spec) - (found == null ? 0 : MemoryBound.waiting(spec));
        if (memory.fits(more)) {
            return true;
        }
        List<PooledContainer> others =
                idle.all().stream().filter(entry -> entry != found).toList();
        if (!memory.fitsWithout(others, more)) {
            return false;
        }
        for (PooledContainer entry : others) {
            if (memory.fits(more)) {
                break;
            }
            takeIdle(entry);
            evict.accept(entry);
        }
        return true;
    }

    private void takeIdle(PooledContainer entry) {
        idle.remove(entry);
        memory.release(MemoryBound.waiting(entry.spec()));
    }

    private void dropped(PooledContainer lost) {
        memory.release(MemoryBound.waiting(lost.spec()));
        evict.accept(lost);
    }

    PooledContainer lease(PooledContainer found, String tenant) {
        takeIdle(found);
        if (found.unused()) {
            demand.taken(found.spec(), clock.getAsLong());
        }
        memory.reserve(MemoryBound.used(found.spec()));
        return hold(found, tenant);
    }

    private PooledContainer hold(PooledContainer found, String tenant) {
        PooledContainer held = found.usedBy(tenant, clock.getAsLong());
        leased.add(held);
        recycled += found.unused() ? 0 : 1;
        return held;
    }

    boolean mayCreate() {
        return creating < settings.creationsMax();
    }

    void startsForLease(ContainerSpec spec) {
        creating++;
        demand.taken(spec, clock.getAsLong());
        memory.reserve(MemoryBound.used(spec));
    }

    /// @param container null where it could not be made
    /// @return it as leased; null where it could not be made or came too late
    @Nullable
    PooledContainer madeForLease(ContainerSpec spec, @Nullable Container container, String tenant, boolean closed) {
        creating--;
        if (container == null || closed) {
            memory.release(MemoryBound.used(spec));
            return null;
        }
        return hold(PooledContainer.unused(container, clock.getAsLong()), tenant);
    }

    /// What to make next though nobody waits for it. Leaves one creation to whoever comes, and evicts nothing.
    ///
    /// @param tries whether to try one although the last creation failed
    Optional<ContainerSpec> startsAhead(boolean tries) {
        boolean failing = failures.any() && (!tries || creating > 0);
        if (failing || creating >= Math.max(1, settings.creationsMax() - 1)) {
            return Optional.empty();
        }
        Optional<ContainerSpec> needed = demand.mostNeeded(idle::unused, clock.getAsLong())
                .filter(spec -> memory.fits(MemoryBound.waiting(spec)));
        needed.ifPresent(spec -> {
            creating++;
            demand.starts(spec);
            memory.reserve(MemoryBound.waiting(spec));
        });
        return needed;
    }

    /// @return whether it is kept
    boolean madeAhead(ContainerSpec spec, @Nullable Container container, boolean closed) {
        creating--;
        demand.started(spec);
        if (container == null || closed) {
            memory.release(MemoryBound.waiting(spec));
            return false;
        }
        idle.add(PooledContainer.unused(container, clock.getAsLong()));
        return true;
    }

    void created(long nanos) {
        created++;
        demand.made(nanos);
        failures.succeeded();
    }

    void resets(PooledContainer held) {
        leased.remove(held);
        resetting.add(held);
    }

    /// From now on it counts as one that mostly waits.
    void withdrawn(PooledContainer held) {
        memory.release(MemoryBound.used(held.spec()) - MemoryBound.withdrawn(held.spec()));
    }

    /// Its memory stays reserved until [#removed].
    void leaves(PooledContainer held) {
        leased.remove(held);
    }

    void removed(long reserved) {
        destroyed++;
        memory.release(reserved);
    }

    /// @return those that are too many now
    List<PooledContainer> wasReset(PooledContainer held, boolean proven) {
        resetting.remove(held);
        memory.release(MemoryBound.used(held.spec()));
        if (!proven) {
            return List.of();
        }
        memory.reserve(MemoryBound.waiting(held.spec()));
        idle.add(held.waitingSince(clock.getAsLong()));
        List<PooledContainer> used =
                idle.all().stream().filter(entry -> !entry.unused()).toList();
        return take(used.subList(0, Math.max(0, used.size() - settings.idleMax())));
    }

    /// Unused ones above what their kind needs by now, and used ones that their tenant has not come back for.
    List<PooledContainer> takeSuperfluous() {
        idle.dropLost();
        long now = clock.getAsLong();
        List<PooledContainer> superfluous = new ArrayList<>();
        Map<ContainerSpec, Long> surplus = new HashMap<>();
        for (PooledContainer entry : idle.all()) {
            if (!entry.unused()) {
                if (now - entry.sinceNanos() > settings.idleFor().toNanos()) {
                    superfluous.add(entry);
                }
                continue;
            }
            long more = surplus.computeIfAbsent(entry.spec(), spec -> idle.unused(spec) - demand.target(spec, now));
            if (more > 0) {
                superfluous.add(entry);
                surplus.put(entry.spec(), more - 1);
            }
        }
        return take(superfluous);
    }

    private List<PooledContainer> take(List<PooledContainer> entries) {
        entries.forEach(this::takeIdle);
        return entries;
    }

    List<PooledContainer> takeAll() {
        List<PooledContainer> all = idle.all();
        all.forEach(this::takeIdle);
        all.addAll(resetting);
        all.addAll(leased);
        return all;
    }

    PoolCounts counts() {
        return new PoolCounts(idle.size() + resetting.size(), leased.size(), creating, created, destroyed, recycled);
    }

    String occupation() {
        return leased.size() + " are in use, " + creating + " are being made, memory reserved is " + memory;
    }
}
