package dev.sandmill.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Times of single runs, sorted.
final class Latencies {
    private final long[] sortedNanos;

    Latencies(long[] nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("no run was measured");
        }
        sortedNanos = nanos.clone();
        Arrays.sort(sortedNanos);
    }

    /// Those of several rounds, each run as much as any other.
    static Latencies all(List<Latencies> rounds) {
        return new Latencies(rounds.stream()
                .flatMapToLong(round -> Arrays.stream(round.sortedNanos))
                .toArray());
    }

    /// The nearest-rank percentile, in milliseconds.
    double millis(double percentile) {
        int rank = (int) Math.ceil(percentile / 100 * sortedNanos.length);
        return sortedNanos[Math.clamp(rank - 1, 0, sortedNanos.length - 1)] / 1e6;
    }

    int count() {
        return sortedNanos.length;
    }

    String row(String name) {
        return String.format(
                Locale.ROOT,
                "%-34s %6d runs   p50 %8.2f ms   p95 %8.2f ms   p99 %8.2f ms",
                name,
                count(),
                millis(50),
                millis(95),
                millis(99));
    }
}
