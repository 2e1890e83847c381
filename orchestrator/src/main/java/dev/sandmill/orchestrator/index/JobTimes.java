package dev.sandmill.orchestrator.index;

import java.time.Instant;

/// When a job was submitted and when its first attempt started, by Redis's clock.
public record JobTimes(Instant submittedAt, Instant startedAt) {}
