package dev.sandmill.backplane.queue;

/// Counts of one moment, over all processes.
public record QueueStats(long queued, long running, long delayed, long dead, long capacity) {}
