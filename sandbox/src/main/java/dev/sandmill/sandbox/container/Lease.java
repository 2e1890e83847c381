package dev.sandmill.sandbox.container;

/// One container for one run. Ends with exactly one of [#giveBack(boolean)] and [#discard()]; closing discards what is
/// still held.
public final class Lease implements AutoCloseable {
    private final ContainerPool pool;
    private final PooledContainer held;
    private final boolean slotted;
    private final boolean recycled;
    private boolean ended;

    /// @param slotted whether it holds one of the pool's slots; only then can it be given back
    Lease(ContainerPool pool, PooledContainer held, boolean slotted, boolean recycled) {
        this.pool = pool;
        this.held = held;
        this.slotted = slotted;
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
    ///
    /// @param resetting whether it was told with its last run to reset after an ordinary end, which came
    public void giveBack(boolean resetting) {
        if (!slotted) {
            throw new IllegalStateException("a withdrawn container is never given back");
        }
        if (!ended) {
            ended = true;
            pool.returned(held, resetting);
        }
    }

    /// For a container that is not to be used again.
    public void discard() {
        if (!ended) {
            ended = true;
            pool.discarded(held, slotted);
        }
    }

    @Override
    public void close() {
        discard();
    }
}
