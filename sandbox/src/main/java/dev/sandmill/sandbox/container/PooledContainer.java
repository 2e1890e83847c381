package dev.sandmill.sandbox.container;

/// A container with its place in the pool: whose it is, and how often it was used.
record PooledContainer(Container container, String tenant, int uses) {
    boolean unused() {
        return uses == 0;
    }

    PooledContainer usedBy(String user) {
        return new PooledContainer(container, user, uses + 1);
    }

    boolean serves(ContainerSpec spec) {
        return container.spec().equals(spec);
    }
}
