package dev.sandmill.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The lines of a comparison, printed as they come or, at the end, as one JSON object.
final class Report {
    private final PrintStream out;
    private final boolean json;
    private final List<String> entries = new ArrayList<>();

    Report(PrintStream out, boolean json) {
        this.out = out;
        this.json = json;
    }

    void heading(String text) {
        if (!json) {
            out.println(text);
        }
    }

    /// Times of single runs.
    ///
    /// @param baseline what they are compared with; its name is part of the line
    /// @param bound what keeps it from being faster
    void latency(String name, Latencies times, @Nullable Baseline baseline, String bound) {
        String ratio = baseline == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "   %.1fx as fast as %s",
                        baseline.times().millis(50) / times.millis(50),
                        baseline.name());
        if (!json) {
            out.println(times.row(name) + ratio + "   (" + bound + ")");
        }
        entries.add(String.format(
                Locale.ROOT,
                "{\"name\":\"%s\",\"runs\":%d,\"p50Millis\":%.3f,\"p95Millis\":%.3f,\"p99Millis\":%.3f,\"maxMillis\":%.3f,"
                        + "\"baseline\":%s,\"ratio\":%s,\"bound\":\"%s\"}",
                name,
                times.count(),
                times.millis(50),
                times.millis(95),
                times.millis(99),
                times.millis(100),
                baseline == null ? "null" : "\"" + baseline.name() + "\"",
                baseline == null
                        ? "null"
                        : String.format(Locale.ROOT, "%.2f", baseline.times().millis(50) / times.millis(50)),
                bound));
    }

    /// Programs a second, some at a time.
    ///
    /// @param baseline of the same parallelism
    void throughput(String name, int parallel, Throughput measured, @Nullable Throughput baseline, String bound) {
        String ratio = baseline == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "   %.1fx docker run's %.1f/s",
                        measured.perSecond() / baseline.perSecond(),
                        baseline.perSecond());
        if (!json) {
            out.printf(
                    Locale.ROOT,
                    "%-38s %2d at a time %8.1f programs/s, %d of %d failed%s   (%s)%n",
                    name,
                    parallel,
                    measured.perSecond(),
                    measured.failed(),
                    measured.runs(),
                    ratio,
                    bound);
        }
        entries.add(String.format(
                Locale.ROOT,
                "{\"name\":\"%s\",\"parallel\":%d,\"runs\":%d,\"failed\":%d,\"perSecond\":%.1f,\"dockerRunPerSecond\":%s,"
                        + "\"bound\":\"%s\"}",
                name,
                parallel,
                measured.runs(),
                measured.failed(),
                measured.perSecond(),
                baseline == null ? "null" : String.format(Locale.ROOT, "%.1f", baseline.perSecond()),
                bound));
    }

    void end() {
        if (json) {
            out.println("{\"benchmark\":\"sandbox\",\"processors\":"
                    + Runtime.getRuntime().availableProcessors() + ",\"lines\":[" + String.join(",\n", entries) + "]}");
        }
    }

    record Baseline(String name, Latencies times) {}

    record Throughput(int runs, int failed, double perSecond) {}
}
