package dev.sandmill.bench;

import com.sun.net.httpserver.HttpServer;
import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Isolation;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// What traces cost: two services out of this program on one private Redis, one with a collector that takes everything,
/// asked in turn, in short rounds, for the same.
final class TracesBenchmark implements Benchmark {
    private static final int ROUNDS = 5;
    private static final int WARM_UP_ROUNDS = 2;
    private static final int USERS = 4;
    private static final Duration ROUND = Duration.ofMillis(1500);

    @Override
    public String name() {
        return "traces";
    }

    @Override
    public String description() {
        return "a service with traces beside one without: programs that run, cached ones, and notes, 4 at a time";
    }

    @Override
    public boolean needsService() {
        return false;
    }

    private record Side(OwnService service, PlainCalls calls) {}

    private record Round(double perSecond, double processorMillis) {}

    @Override
    public void run(Target target, PrintStream out, boolean json) throws IOException, InterruptedException {
        AtomicLong bytes = new AtomicLong();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            try (exchange) {
                bytes.addAndGet(exchange.getRequestBody().readAllBytes().length);
                exchange.sendResponseHeaders(200, -1);
            }
        });
        collector.start();
        Map<String, String> traced = new HashMap<>(Map.of(
                "SANDMILL_ROLES",
                "api,execute",
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:" + collector.getAddress().getPort()));
        // Two services on one Redis would run each other's programs: each has one of its own.
        try (TemporaryFolder disk = TemporaryFolder.create();
                PrivateRedis first = PrivateRedis.start(disk.path(), PrivateRedis.Persistence.NONE);
                PrivateRedis second = PrivateRedis.start(disk.path(), PrivateRedis.Persistence.NONE);
                OwnService without = OwnService.start(first.uri(), Map.of("SANDMILL_ROLES", "api,execute"));
                OwnService with = OwnService.start(second.uri(), traced);
                PlainCalls callsWithout = without.target().plainCalls();
                PlainCalls callsWith = with.target().plainCalls()) {
            List<Side> sides = List.of(new Side(without, callsWithout), new Side(with, callsWith));
            for (String work : List.of("program", "cached program", "note")) {
                compare(work, sides, out);
            }
        } finally {
            collector.stop(0);
        }
        out.printf(Locale.ROOT, "the collector was sent %.1f MB%n", bytes.get() / 1e6);
        if (bytes.get() == 0) {
            throw new IOException("nothing was traced: what was compared is nothing");
        }
    }

    private static Measure.Run request(String work, PlainCalls calls) throws IOException, InterruptedException {
        return switch (work) {
            case "program" -> calls.execution(TinyProgram.PYTHON, Isolation.AUTO, CacheMode.OFF);
            case "cached program" -> calls.execution(TinyProgram.PYTHON, Isolation.AUTO, CacheMode.AUTO);
            default -> {
                calls.call("PUT /v1/cache/entries/bench/traces", "{\"value\":\"n\",\"encoding\":\"json\"}", 204, "")
                        .once();
                yield calls.call("GET /v1/cache/entries/bench/traces", "", 200, "n");
            }
        };
    }

    private static void compare(String work, List<Side> sides, PrintStream out)
            throws IOException, InterruptedException {
        List<List<Round>> rounds = List.of(new ArrayList<>(), new ArrayList<>());
        for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
            for (int side = 0; side < sides.size(); side++) {
                Round measured = measure(
                        sides.get(side).service(), request(work, sides.get(side).calls()));
                if (round >= WARM_UP_ROUNDS) {
                    rounds.get(side).add(measured);
                }
            }
        }
        double offPerSecond = median(rounds.get(0), true);
        double onPerSecond = median(rounds.get(1), true);
        double offMillis = median(rounds.get(0), false);
        double onMillis = median(rounds.get(1), false);
        out.printf(
                Locale.ROOT,
                "%-16s without %8.1f/s, with %8.1f/s: %.2f times   processor ms of the service for each %.3f, %.3f: %.2f times%n",
                work,
                offPerSecond,
                onPerSecond,
                onPerSecond / offPerSecond,
                offMillis,
                onMillis,
                onMillis / offMillis);
    }

    private static Round measure(OwnService service, Measure.Run request) throws IOException, InterruptedException {
        AtomicLong sent = new AtomicLong();
        Duration before = service.processorTime();
        long start = System.nanoTime();
        List<Thread> users = new ArrayList<>();
        List<Exception> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int user = 0; user < USERS; user++) {
            users.add(Thread.ofVirtual().start(() -> {
                try {
                    while (System.nanoTime() - start < ROUND.toNanos()) {
                        request.once();
                        sent.incrementAndGet();
                    }
                } catch (IOException | InterruptedException | RuntimeException failed) {
                    failures.add(failed);
                }
            }));
        }
        for (Thread user : users) {
            user.join();
        }
        if (!failures.isEmpty()) {
            throw new IOException("a request failed: " + failures.getFirst(), failures.getFirst());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Round(
                sent.get() / seconds, service.processorTime().minus(before).toNanos() / 1e6 / sent.get());
    }

    private static double median(List<Round> rounds, boolean rate) {
        double[] values = rounds.stream()
                .mapToDouble(round -> rate ? round.perSecond() : round.processorMillis())
                .sorted()
                .toArray();
        return values[values.length / 2];
    }
}
