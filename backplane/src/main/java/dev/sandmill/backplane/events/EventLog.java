package dev.sandmill.backplane.events;

import dev.sandmill.api.JobId;
import java.time.Duration;
import java.util.List;

/// The events of a job, in a log of its own. Sequence numbers start at 1 and have no gaps.
public interface EventLog {
    /// Events after a sequence number, waiting for at least one of them up to the given time.
    List<StoredEvent> read(JobId job, long afterSequence, Duration atMost) throws InterruptedException;
}
