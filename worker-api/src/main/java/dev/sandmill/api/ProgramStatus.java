package dev.sandmill.api;

/// Why a program ended. `FAILED` is ours, never the program's.
public enum ProgramStatus {
    OK,
    NONZERO_EXIT,
    SIGNAL,
    COMPILE_ERROR,
    REJECTED,
    CPU_LIMIT,
    WALL_LIMIT,
    MEMORY_LIMIT,
    OUTPUT_LIMIT,
    DISK_LIMIT,
    PIDS_LIMIT,
    CANCELLED,
    FAILED
}
