package dev.sandmill.api;

/// How an index run ended. `PARTIAL` means that the failures listed with it are not in the index.
public enum IndexStatus {
    OK,
    PARTIAL,
    FAILED,
    CANCELLED
}
