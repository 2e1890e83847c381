package dev.sandmill.orchestrator.jobs;

import java.util.concurrent.atomic.LongAdder;

/// Counts runs and their time. Thread-safe.
public final class RunMeter {
    private final LongAdder runs = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    public void ran(long nanosOfRun) {
        runs.increment();
        nanos.add(nanosOfRun);
    }

    public long runs() {
        return runs.sum();
    }

    public long nanos() {
        return nanos.sum();
    }
}
