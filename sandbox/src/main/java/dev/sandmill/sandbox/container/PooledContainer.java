package dev.sandmill.sandbox.container;

/// A container with its place in the pool: whose it is, how often it was used, and since when it is where it is.
record PooledContainer(Container container, String tenant, int uses, long sinceNanos) {
    static PooledContainer unused(Container container, long nowNanos) {
        return new PooledContainer(container, "", 0, nowNanos);
    }

    boolean unused() {
        return uses == 0;
    }

    PooledContainer usedBy(String user, long nowNanos) {
        return new PooledContainer(container, user, uses + 1, nowNanos);
    }

    PooledContainer waitingSince(long nowNanos) {
        return new PooledContainer(container, tenant, uses, nowNanos);
    }

    ContainerSpec spec() {
        return container.spec();
    }

    boolean serves(ContainerSpec spec) {
        return spec().equals(spec);
    }
}
