package dev.sandmill.api;

/// `AUTO` may reuse a container of the same tenant after a proven reset; `FRESH` takes one that no program ran in.
public enum Isolation {
    AUTO,
    FRESH
}
