package dev.sandmill.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Where processor time went: service, Redis, this program, and the whole machine, containers and kernel
/// included. Linux counts it in hundredths of a second.
final class ProcessorTime {
    private static final int MILLIS_PER_TICK = 10;

    private final Optional<Path> service;
    private final Optional<Path> redis;

    private ProcessorTime(Optional<Path> service, Optional<Path> redis) {
        this.service = service;
        this.redis = redis;
    }

    /// Of the instance at `SANDMILL_HOME`; what is not there is left out.
    static ProcessorTime of(Map<String, String> environment) throws IOException {
        Path home = Path.of(environment.getOrDefault("SANDMILL_HOME", ".sandmill"));
        return new ProcessorTime(process(home.resolve("sandmill.pid")), process(home.resolve("run/redis.process")));
    }

    private static Optional<Path> process(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        String id = Files.readString(file).strip().split("\\s+", 2)[0];
        return Optional.of(Path.of("/proc", id, "stat")).filter(Files::isReadable);
    }

    /// What they had used until now.
    record Reading(long service, long redis, long client, long all) {}

    Reading read() throws IOException {
        return new Reading(ticks(service), ticks(redis), ticks(Optional.of(Path.of("/proc/self/stat"))), machine());
    }

    /// Milliseconds for each of these runs.
    String perRun(Reading before, int runs) throws IOException {
        Reading now = read();
        double each = (double) MILLIS_PER_TICK / runs;
        return String.format(
                Locale.ROOT,
                "processor ms for each: service %.2f, Redis %.2f, this client %.2f, whole machine %.2f",
                (now.service() - before.service()) * each,
                (now.redis() - before.redis()) * each,
                (now.client() - before.client()) * each,
                (now.all() - before.all()) * each);
    }

    private static long ticks(Optional<Path> stat) throws IOException {
        if (stat.isEmpty()) {
            return 0;
        }
        String text = Files.readString(stat.get());
        // The name before it may hold anything; user and system time are the 12th and 13th after it.
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static long machine() throws IOException {
        String[] fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().split("\\s+");
        long busy = 0;
        for (int field = 1; field <= 8; field++) {
            // Idle, and waiting for a disk.
            busy += field == 4 || field == 5 ? 0 : Long.parseLong(fields[field]);
        }
        return busy;
    }
}
