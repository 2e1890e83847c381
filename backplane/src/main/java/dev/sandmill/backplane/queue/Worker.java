package dev.sandmill.backplane.queue;

/// Takes jobs while it is open.
public interface Worker extends AutoCloseable {
    int busySlots();

    /// False while Redis is away or intake is paused.
    boolean isTakingJobs();

    /// Stops intake until [#resume()]; running jobs go on. For when what the jobs need is down.
    void pause();

    void resume();

    /// Changes how many jobs run at a time; fewer come into force as jobs end.
    void setSlots(int slots);

    /// Stops intake, drains for the configured time, interrupts and hands back the rest, then returns. Every
    /// claimed job is finished or back in the queue afterwards.
    @Override
    void close();
}
