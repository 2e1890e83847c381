package dev.sandmill.sandbox.container;

import java.util.Collection;
import java.util.Optional;

/// What the containers may use of the host's memory together. One that a program has counts with its whole limit;
/// one that waits holds an init, and perhaps a warm interpreter; one that was withdrawn counts with a quarter of its
/// limit, because it waits for its next call most of the time. Where all of those fill up at once, the kernel ends
/// programs first: their `oom_score_adj` is 1000. Guarded by the pool's lock.
final class MemoryBound {
    private static final long INIT_BYTES = 8L << 20;
    private static final long WARM_BYTES = 64L << 20;
    private static final long WITHDRAWN_SHARE = 4;

    private long limit = Long.MAX_VALUE;
    private long reserved;
    private long withdrawn;

    void limit(long bytes) {
        limit = bytes;
    }

    static long waiting(ContainerSpec spec) {
        return spec.warmCommand().isEmpty() ? INIT_BYTES : WARM_BYTES + spec.warmBytes();
    }

    static long used(ContainerSpec spec) {
        return spec.key().memoryBytes() + waiting(spec);
    }

    static long withdrawn(ContainerSpec spec) {
        return Math.max(waiting(spec), spec.key().memoryBytes() / WITHDRAWN_SHARE);
    }

    /// False where withdrawn containers have half of the memory already, so that programs have the other half.
    boolean withdraws(ContainerSpec spec) {
        if (withdrawn(spec) > limit / 2 - withdrawn) {
            return false;
        }
        withdrawn += withdrawn(spec);
        return true;
    }

    void wasWithdrawn(ContainerSpec spec) {
        withdrawn -= withdrawn(spec);
    }

    void reserve(long bytes) {
        reserved += bytes;
    }

    void release(long bytes) {
        reserved -= bytes;
    }

    boolean fits(long more) {
        return more <= 0 || reserved <= limit - more;
    }

    /// Whether it fits once these are gone.
    boolean fitsWithout(Collection<PooledContainer> idle, long more) {
        return fits(
                more - idle.stream().mapToLong(entry -> waiting(entry.spec())).sum());
    }

    Optional<String> refusal(ContainerSpec spec) {
        return used(spec) <= limit
                ? Optional.empty()
                : Optional.of("a container for limits.memoryBytes " + spec.key().memoryBytes() + " needs " + used(spec)
                        + " bytes, more than the " + limit + " that all containers may use together");
    }

    @Override
    public String toString() {
        return reserved + " of " + limit + " bytes";
    }
}
