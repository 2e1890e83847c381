package dev.sandmill.sandbox;

/// Counts of one moment (`idle`, `leased`, `starting`) and since the start (the rest).
public record SandboxStats(
        int idle, int leased, int starting, long created, long destroyed, long runs, long recycled, long cacheHits) {}
