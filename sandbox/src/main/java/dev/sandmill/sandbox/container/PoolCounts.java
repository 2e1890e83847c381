package dev.sandmill.sandbox.container;

/// `idle`, `leased` and `starting` of one moment; the rest since the start.
public record PoolCounts(int idle, int leased, int starting, long created, long destroyed, long recycled) {}
