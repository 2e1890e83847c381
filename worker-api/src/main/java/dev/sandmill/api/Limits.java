package dev.sandmill.api;

/// What a program may use at most. Every value is positive: there is no "unlimited".
///
/// @param wallMillis time on the clock
/// @param cpuMillis time on all processors together
/// @param memoryBytes memory of all processes together, tmpfs files included; no swap beyond it
/// @param pids processes and threads together
/// @param outputBytes of standard output and of standard error, each
/// @param diskBytes in the workspace
public record Limits(long wallMillis, long cpuMillis, long memoryBytes, int pids, long outputBytes, long diskBytes) {

    public static final Limits DEFAULT = new Limits(30_000, 10_000, 256L << 20, 64, 1L << 20, 64L << 20);

    public Limits {
        if (wallMillis < 1 || cpuMillis < 1 || memoryBytes < 1 || pids < 1 || outputBytes < 1 || diskBytes < 1) {
            throw new IllegalArgumentException("every limit has to be positive");
        }
    }
}
