package dev.sandmill.sandbox;

/// Counts of one moment (`idle`, `leased`, `starting`) and since the start (the rest).
///
/// @param cacheRechecks cached answers that were compared with another run
/// @param cacheDifferences those that were not what the other run said
public record SandboxStats(
        int idle,
        int leased,
        int starting,
        long created,
        long destroyed,
        long runs,
        long recycled,
        long cacheHits,
        long cacheRechecks,
        long cacheDifferences) {}
