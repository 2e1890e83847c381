package dev.sandmill.api;

/// How strict static validation is. `OFF` skips it; the container holds all the same.
public enum PolicyLevel {
    STRICT,
    STANDARD,
    OFF
}
