package dev.sandmill.sandbox.container;

/// One container for one run. Ends with exactly one of [#giveBack()] and [#discard()]; closing discards what is
/// still held.
public final class Lease implements AutoCloseable {
    private final ContainerPool pool;
    private final PooledContainer held;
    private final boolean recycled;
    private boolean ended;

    Lease(ContainerPool pool, PooledContainer held, boolean recycled) {
        this.pool = pool;
        this.held = held;
        this.recycled = recycled;
    }

    public Container container() {
        return held.container();
    }

    /// Whether an earlier program of the same tenant ran in it, before a proven reset.
    public boolean recycled() {
        return recycled;
    }

    /// For a container whose run ended well: reset in the background, kept if the reset is proven.
    public void giveBack() {
        if (!ended) {
            ended = true;
            pool.returned(held);
        }
    }

    /// For a container that is not to be used again.
    public void discard() {
        if (!ended) {
            ended = true;
            pool.discarded(held);
        }
    }

    @Override
    public void close() {
        discard();
    }
}
