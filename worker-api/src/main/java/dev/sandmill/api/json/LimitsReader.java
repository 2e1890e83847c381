package dev.sandmill.api.json;

import dev.sandmill.api.Limits;

/// Reads limits: each one the request's or the default, positive, at most the server's ceiling.
final class LimitsReader {
    private final Limits defaults;
    private final Limits ceiling;

    LimitsReader(Limits defaults, Limits ceiling) {
        this.defaults = defaults;
        this.ceiling = ceiling;
        requireBelow("wallMillis", defaults.wallMillis(), ceiling.wallMillis());
        requireBelow("cpuMillis", defaults.cpuMillis(), ceiling.cpuMillis());
        requireBelow("memoryBytes", defaults.memoryBytes(), ceiling.memoryBytes());
        requireBelow("pids", defaults.pids(), ceiling.pids());
        requireBelow("outputBytes", defaults.outputBytes(), ceiling.outputBytes());
        requireBelow("diskBytes", defaults.diskBytes(), ceiling.diskBytes());
    }

    Limits read(Fields request) {
        if (!request.has("limits")) {
            return defaults;
        }
        Fields fields = request.object("limits")
                .only("wallMillis", "cpuMillis", "memoryBytes", "pids", "outputBytes", "diskBytes");
        return new Limits(
                limit(fields, "wallMillis", defaults.wallMillis(), ceiling.wallMillis()),
                limit(fields, "cpuMillis", defaults.cpuMillis(), ceiling.cpuMillis()),
                limit(fields, "memoryBytes", defaults.memoryBytes(), ceiling.memoryBytes()),
                (int) limit(fields, "pids", defaults.pids(), ceiling.pids()),
                limit(fields, "outputBytes", defaults.outputBytes(), ceiling.outputBytes()),
                limit(fields, "diskBytes", defaults.diskBytes(), ceiling.diskBytes()));
    }

    private static long limit(Fields fields, String name, long absent, long ceiling) {
        long value = fields.integer(name, absent);
        if (value < 1 || value > ceiling) {
            throw fields.invalid(name, "has to be 1 to " + ceiling + " on this server, not " + value);
        }
        return value;
    }

    private static void requireBelow(String name, long value, long ceiling) {
        if (value > ceiling) {
            throw new IllegalArgumentException(
                    "the default of " + name + ", " + value + ", is above its ceiling " + ceiling);
        }
    }
}
