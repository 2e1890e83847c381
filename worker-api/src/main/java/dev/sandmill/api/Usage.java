package dev.sandmill.api;

/// What a program used, as the kernel counted it.
public record Usage(long wallMillis, long cpuMillis, long peakMemoryBytes, int peakPids) {
    public static final Usage NONE = new Usage(0, 0, 0, 0);
}
