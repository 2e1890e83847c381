package dev.sandmill.sandbox.container;

import dev.sandmill.sandbox.wire.Frame.Warmth;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The containers that nobody uses at the moment, in the order in which they came. Guarded by the pool's lock.
final class IdleContainers {
    private final Deque<PooledContainer> entries = new ArrayDeque<>();
    private final Consumer<PooledContainer> lost;

    /// @param lost is given those that turn out to be gone, which are none of these any more
    IdleContainers(Consumer<PooledContainer> lost) {
        this.lost = lost;
    }

    void add(PooledContainer entry) {
        entries.addLast(entry);
    }

    void remove(PooledContainer entry) {
        entries.remove(entry);
    }

    /// Newest first, because what was used last is warm in the processor's caches; but oldest first where a process is
    /// started ahead in each, because that has had the longest time to come up.
    @Nullable
    PooledContainer find(ContainerSpec spec, Predicate<PooledContainer> suits) {
        return find(
                spec.warmth() == Warmth.AHEAD ? entries.iterator() : entries.descendingIterator(),
                entry -> entry.serves(spec) && suits.test(entry));
    }

    private @Nullable PooledContainer find(Iterator<PooledContainer> all, Predicate<PooledContainer> suits) {
        while (all.hasNext()) {
            PooledContainer entry = all.next();
            if (!entry.container().isAlive()) {
                all.remove();
                lost.accept(entry);
            } else if (suits.test(entry)) {
                return entry;
            }
        }
        return null;
    }

    /// Those that are gone are told as lost.
    void dropLost() {
        find(entries.iterator(), entry -> false);
    }

    /// Oldest first.
    List<PooledContainer> all() {
        return new ArrayList<>(entries);
    }

    long unused(ContainerSpec spec) {
        return entries.stream()
                .filter(entry -> entry.unused() && entry.serves(spec))
                .count();
    }

    int size() {
        return entries.size();
    }
}
