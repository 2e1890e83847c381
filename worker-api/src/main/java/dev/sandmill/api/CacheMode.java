package dev.sandmill.api;

/// `AUTO` reads and writes the result cache, `BYPASS` only writes, `OFF` does neither.
public enum CacheMode {
    AUTO,
    BYPASS,
    OFF
}
