package dev.sandmill.sandbox.container;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which containers are to be kept ready, and how many are being made. Guarded by the pool's lock.
final class Demand {
    private final int ready;
    private final Set<ContainerSpec> wanted = new LinkedHashSet<>();
    private final Map<ContainerSpec, Integer> starting = new LinkedHashMap<>();

    /// @param ready unused containers of each spec that is wanted
    Demand(int ready) {
        this.ready = ready;
    }

    void want(List<ContainerSpec> specs) {
        wanted.clear();
        wanted.addAll(specs);
    }

    Set<ContainerSpec> wanted() {
        return wanted;
    }

    boolean wantsAnother(ContainerSpec spec, long unused) {
        return wanted.contains(spec) && unused + starting.getOrDefault(spec, 0) < ready;
    }

    void starts(ContainerSpec spec) {
        starting.merge(spec, 1, Integer::sum);
    }

    void started(ContainerSpec spec) {
        starting.computeIfPresent(spec, (same, count) -> count == 1 ? null : count - 1);
    }

    int starting() {
        return starting.values().stream().mapToInt(Integer::intValue).sum();
    }
}
