package dev.sandmill.backplane.queue;

/// Is told what the queue does, for counters and clocks. Called on the threads that do it, so it has to be quick and
/// must not throw.
public interface QueueObserver {
    /// Tells nobody.
    QueueObserver NONE = new QueueObserver() {};

    /// A call of Redis came back, with an answer or without.
    default void called(String function, long nanos) {}

    /// The end of an attempt was written.
    ///
    /// @param written false where the attempt had lost its lease before
    default void committed(String kind, boolean written, long nanos) {}

    /// Leases of workers that stopped answering had run out: their jobs run again, or end.
    default void reclaimed(String kind, long jobs) {}

    /// A worker renewed its leases.
    ///
    /// @param lateNanos after they should have been
    default void renewed(String kind, long lateNanos) {}
}
