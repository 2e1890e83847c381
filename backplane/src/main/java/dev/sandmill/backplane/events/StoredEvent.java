package dev.sandmill.backplane.events;

import java.time.Instant;

/// One entry of a job's log. `finished` is the last one of every job.
public record StoredEvent(long sequence, String type, Instant at, String dataJson) {}
