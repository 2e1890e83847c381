package dev.sandmill.sandbox.container;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;

/// How many unused containers of each kind there should be: a floor for those that are wanted, and above it twice as
/// many as are taken while one is made. Guarded by the pool's lock.
final class Demand {
    private static final double COVER = 2;
    /// Until the first one was made.
    private static final double CREATION_SECONDS = 0.3;

    private static final double NEWEST_SHARE = 0.2;
    /// A kind that is taken less often than once a minute is forgotten.
    private static final double LEAST_PER_SECOND = 1.0 / 60;

    private final Set<ContainerSpec> wanted = new LinkedHashSet<>();
    private final Map<ContainerSpec, TakeRate> rates = new LinkedHashMap<>();
    private final Map<ContainerSpec, Integer> starting = new LinkedHashMap<>();
    private int floor;
    private int aheadMax;
    private double creationSeconds = CREATION_SECONDS;

    /// @param floor unused containers of each spec that is wanted, however seldom it is taken
    /// @param aheadMax the most of one spec above its floor
    Demand(int floor, int aheadMax) {
        this.floor = floor;
        this.aheadMax = aheadMax;
    }

    void bound(int newFloor, int newAheadMax) {
        floor = newFloor;
        aheadMax = newAheadMax;
    }

    void want(List<ContainerSpec> specs, long nowNanos) {
        wanted.clear();
        wanted.addAll(specs);
        rates.values().removeIf(rate -> rate.perSecond(nowNanos) < LEAST_PER_SECOND);
    }

    void taken(ContainerSpec spec, long nowNanos) {
        rates.computeIfAbsent(spec, first -> new TakeRate(nowNanos)).taken(nowNanos);
    }

    void made(long nanos) {
        creationSeconds += NEWEST_SHARE * (nanos / 1e9 - creationSeconds);
    }

    int target(ContainerSpec spec, long nowNanos) {
        TakeRate rate = rates.get(spec);
        double ahead = rate == null ? 0 : COVER * creationSeconds * rate.perSecond(nowNanos);
        return (wanted.contains(spec) ? floor : 0) + (int) Math.min(aheadMax, Math.round(ahead));
    }

    /// The kind that lacks the most.
    ///
    /// @param unused how many there are
    Optional<ContainerSpec> mostNeeded(ToLongFunction<ContainerSpec> unused, long nowNanos) {
        Set<ContainerSpec> known = new LinkedHashSet<>(wanted);
        known.addAll(rates.keySet());
        ContainerSpec most = null;
        long missingMost = 0;
        for (ContainerSpec spec : known) {
            long missing = target(spec, nowNanos) - unused.applyAsLong(spec) - starting.getOrDefault(spec, 0);
            if (missing > missingMost) {
                most = spec;
                missingMost = missing;
            }
        }
        return Optional.ofNullable(most);
    }

    void starts(ContainerSpec spec) {
        starting.merge(spec, 1, Integer::sum);
    }

    void started(ContainerSpec spec) {
        starting.computeIfPresent(spec, (same, count) -> count == 1 ? null : count - 1);
    }
}
