package dev.sandmill.orchestrator.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What was measured at several settings, from the least to the most that is done at a time.
///
/// @param unit of what is done per second
record Sweep(String name, String unit, List<Point> points) {
    /// Of two that do about as much, the one that does less at a time is better: it waits less.
    private static final double ABOUT_AS_MUCH = 0.95;
    private static final int NUMBERS_WIDTH = 34;

    Sweep {
        points = List.copyOf(points);
    }

    /// @param p50Millis of one piece of work, 0 where that is not told
    record Point(Map<String, Long> settings, double perSecond, double p50Millis, double p95Millis) {
        Point {
            settings = Map.copyOf(settings);
        }
    }

    private double most() {
        return points.stream().mapToDouble(Point::perSecond).max().orElse(0);
    }

    Optional<Point> best() {
        return points.stream()
                .filter(point -> point.perSecond() > 0 && point.perSecond() >= most() * ABOUT_AS_MUCH)
                .findFirst();
    }

    /// The curve, one line for each point, no wider than the terminal.
    List<String> lines(List<String> shown, int columns) {
        List<String> lines = new ArrayList<>();
        lines.add(name + ", " + unit + " per second");
        StringBuilder head = new StringBuilder();
        shown.forEach(setting -> head.append("%9s".formatted(shortened(setting))));
        head.append("%9s%8s%8s".formatted("per s", "p50 ms", "p95 ms"));
        lines.add(cut(head.toString(), columns));
        for (Point point : points) {
            StringBuilder line = new StringBuilder();
            shown.forEach(
                    setting -> line.append("%9d".formatted(point.settings().getOrDefault(setting, 0L))));
            line.append(String.format(Locale.ROOT, "%9.1f", point.perSecond()));
            line.append(millis(point.p50Millis())).append(millis(point.p95Millis()));
            int room = columns - Math.max(NUMBERS_WIDTH, line.length()) - 2;
            if (room > 0 && most() > 0) {
                long bar = Math.round(room * point.perSecond() / most());
                line.append("  ").append("█".repeat((int) bar));
            }
            lines.add(cut(line.toString(), columns));
        }
        return lines;
    }

    private static String shortened(String setting) {
        return switch (setting) {
            case "executeSlots" -> "slots";
            case "parallelism" -> "parallel";
            case "batchTokens" -> "tokens";
            default -> setting;
        };
    }

    private static String millis(double value) {
        return value == 0 ? "%8s".formatted("-") : String.format(Locale.ROOT, "%8.1f", value);
    }

    private static String cut(String line, int columns) {
        return line.substring(0, Math.min(line.length(), columns));
    }
}
