package dev.sandmill.bench;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Isolation;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.json.JsonMapper;

/// Users that each send a request as soon as the one before is answered: in turn a program whose answer is cached, the
/// service's status, and a note.
final class HttpBenchmark implements Benchmark {
    private static final List<Integer> USERS = List.of(5, 20, 100);
    private static final int MOST_REQUESTS = 200_000;

    private final Duration time;

    HttpBenchmark() {
        this(Duration.ofSeconds(10));
    }

    /// @param time for each number of users; the same time before all does not count
    HttpBenchmark(Duration time) {
        this.time = time;
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public String description() {
        return "5, 20 and 100 users that run a cached program, read the status and read a note in turn";
    }

    @Override
    public boolean writesJson() {
        return true;
    }

    record Line(
            int users,
            int requests,
            int failed,
            double perSecond,
            double p50Millis,
            double p95Millis,
            double p99Millis,
            double maxMillis) {
        static Line of(int users, Latencies times, int failed, double perSecond) {
            return new Line(
                    users,
                    times.count(),
                    failed,
                    perSecond,
                    times.millis(50),
                    times.millis(95),
                    times.millis(99),
                    times.millis(100));
        }
    }

    record Result(String benchmark, int processors, String request, List<Line> lines) {}

    @Override
    public void run(Target target, PrintStream out, boolean json) throws IOException, InterruptedException {
        try (PlainCalls calls = target.plainCalls()) {
            calls.call(
                            "PUT /v1/cache/entries/bench/http",
                            "{\"value\":\"" + "n".repeat(1000) + "\",\"encoding\":\"json\",\"ttlMillis\":600000}",
                            204,
                            "")
                    .once();
            List<Measure.Run> requests = List.of(
                    calls.execution(TinyProgram.PYTHON, Isolation.AUTO, CacheMode.AUTO),
                    calls.call("GET /v1/status", "", 200, "\"dependencies\""),
                    calls.call("GET /v1/cache/entries/bench/http", "", 200, "nnn"));
            measure(20, requests);
            List<Line> lines = new ArrayList<>();
            for (int users : USERS) {
                Line line = measure(users, requests);
                lines.add(line);
                if (!json) {
                    print(out, line);
                }
            }
            if (json) {
                out.println(JsonMapper.shared()
                        .writeValueAsString(new Result(
                                name(),
                                Runtime.getRuntime().availableProcessors(),
                                "cached execute, GET /v1/status, GET of a note of 1,000 bytes, in turn",
                                lines)));
            }
        }
    }

    private Line measure(int users, List<Measure.Run> requests) throws InterruptedException {
        long[] nanos = new long[MOST_REQUESTS];
        AtomicInteger sent = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int user = 0; user < users; user++) {
                int first = user;
                threads.submit(() -> {
                    for (int round = first; System.nanoTime() - start < time.toNanos(); round++) {
                        long began = System.nanoTime();
                        boolean answered = answered(requests.get(round % requests.size()), failed);
                        int number = sent.getAndIncrement();
                        if (number < MOST_REQUESTS) {
                            // One without an answer is as bad as the slowest there can be.
                            nanos[number] = answered ? System.nanoTime() - began : time.toNanos();
                        }
                    }
                    return null;
                });
            }
        }
        int requestsSent = Math.min(MOST_REQUESTS, sent.get());
        double perSecond = sent.get() * 1e9 / (System.nanoTime() - start);
        return Line.of(users, new Latencies(Arrays.copyOf(nanos, requestsSent)), failed.get(), perSecond);
    }

    private static boolean answered(Measure.Run request, AtomicInteger failed) throws InterruptedException {
        try {
            request.once();
            return true;
        } catch (IOException | RuntimeException refused) {
            if (failed.getAndIncrement() == 0) {
                System.err.println("sandmill: the first that failed: " + refused.getMessage());
            }
            return false;
        }
    }

    private static void print(PrintStream out, Line line) {
        out.printf(
                Locale.ROOT,
                "%3d users   %7d requests, %d failed   %7.1f/s   p50 %7.2f ms   p95 %7.2f ms   p99 %7.2f ms%n",
                line.users(),
                line.requests(),
                line.failed(),
                line.perSecond(),
                line.p50Millis(),
                line.p95Millis(),
                line.p99Millis());
    }
}
