package dev.sandmill.sandbox.container;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The containers that nobody uses at the moment, in the order in which they came. Guarded by the pool's lock.
final class IdleContainers {
    private final Deque<PooledContainer> entries = new ArrayDeque<>();
    private final Consumer<PooledContainer> lost;

    /// @param lost is given those that turn out to be gone
    IdleContainers(Consumer<PooledContainer> lost) {
        this.lost = lost;
    }

    void add(PooledContainer entry) {
        entries.addLast(entry);
    }

    /// Newest first: what was used last is warm in the processor's caches.
    @Nullable
    PooledContainer take(Predicate<PooledContainer> suits) {
        for (Iterator<PooledContainer> all = entries.descendingIterator(); all.hasNext(); ) {
            PooledContainer entry = all.next();
            if (!entry.container().isAlive()) {
                all.remove();
                lost.accept(entry);
            } else if (suits.test(entry)) {
                all.remove();
                return entry;
            }
        }
        return null;
    }

    /// The oldest of the used ones while there are more of them than `most`.
    @Nullable
    PooledContainer takeSurplus(int most) {
        if (entries.stream().filter(entry -> !entry.unused()).count() <= most) {
            return null;
        }
        for (Iterator<PooledContainer> all = entries.iterator(); all.hasNext(); ) {
            PooledContainer entry = all.next();
            if (!entry.unused()) {
                all.remove();
                return entry;
            }
        }
        return null;
    }

    /// The unused ones that none of the specs asks for any more; those that are gone are told as lost.
    List<PooledContainer> takeOutdated(Set<ContainerSpec> wanted) {
        take(entry -> false);
        List<PooledContainer> outdated = entries.stream()
                .filter(entry ->
                        entry.unused() && !wanted.contains(entry.container().spec()))
                .toList();
        entries.removeAll(outdated);
        return outdated;
    }

    List<PooledContainer> takeAll() {
        List<PooledContainer> all = new ArrayList<>(entries);
        entries.clear();
        return all;
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
