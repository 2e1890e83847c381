package dev.sandmill.backplane.queue;

/// A job in the hands of one worker, under a lease that the worker keeps alive.
public interface Claim {
    JobRecord job();

    /// Appends to the job's event log, fenced: once the lease is lost this does nothing.
    void emit(String type, String dataJson);

    /// Why the handler was interrupted; [Interruption#NONE] while it was not.
    Interruption interruption();

    enum Interruption {
        NONE,
        CANCELLED,
        LEASE_LOST,
        STOPPING
    }
}
