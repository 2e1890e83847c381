package dev.sandmill.backplane.queue;

import dev.sandmill.api.JobKind;
import java.time.Duration;
import java.util.List;

/// Counts of one moment, over all processes.
///
/// @param lanes the same by kind of job
public record QueueStats(long queued, long running, long delayed, long dead, long capacity, List<Lane> lanes) {
    public QueueStats {
        lanes = List.copyOf(lanes);
    }

    /// @param waiting jobs that wait for a worker
    /// @param oldestWaits since when the one that is next has existed; zero where none waits
    public record Lane(JobKind kind, long waiting, long running, Duration oldestWaits) {}
}
