package dev.sandmill.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Tenants that each follow their jobs over a WebSocket while they submit programs over HTTP that validation refuses:
/// three events a job, and no container for each of the tenants.
final class EventsBenchmark implements Benchmark {
    private static final String REFUSED_PROGRAM =
            "{\"kind\":\"execute\",\"execute\":{\"language\":\"python\",\"source\":\"import socket\"}}";
    private static final int EVENTS_OF_A_JOB = 3;
    private static final Duration LATEST = Duration.ofSeconds(10);

    private final int clients;
    private final int eventsPerSecond;
    private final Duration time;

    EventsBenchmark() {
        this(250, 2_000, Duration.ofSeconds(15));
    }

    /// @param time that is measured; a third of it before does not count
    EventsBenchmark(int clients, int eventsPerSecond, Duration time) {
        this.clients = clients;
        this.eventsPerSecond = eventsPerSecond;
        this.time = time;
    }

    @Override
    public String name() {
        return "events";
    }

    @Override
    public String description() {
        return "250 tenants that follow their own jobs over WebSocket, 2,000 events a second together";
    }

    @Override
    public boolean writesJson() {
        return true;
    }

    /// @param lost events that did not come within ten seconds after the last request
    record Result(
            String benchmark,
            int processors,
            int clients,
            double eventsPerSecond,
            int events,
            int lost,
            int failedRequests,
            double p50Millis,
            double p95Millis,
            double p99Millis,
            double maxMillis) {}

    private record Tenant(String keyId, PlainCalls calls, EventFollower follower) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            follower.close();
            calls.close();
        }
    }

    @Override
    public void run(Target target, PrintStream out, boolean json) throws IOException, InterruptedException {
        String admin = Files.readString(target.keyFile()).strip();
        List<Tenant> tenants = new ArrayList<>();
        try (HttpClient http = HttpClient.newHttpClient()) {
            try {
                for (int number = 0; number < clients; number++) {
                    tenants.add(tenant(http, target, admin, number));
                }
                tenants.forEach(each -> each.follower().awaitSubscribed());
                Result result = measured(tenants);
                if (json) {
                    out.println(JsonMapper.shared().writeValueAsString(result));
                } else {
                    print(out, result);
                }
            } finally {
                for (Tenant tenant : tenants) {
                    tenant.close();
                    send(http, target.base(), admin, "DELETE", "/v1/keys/" + tenant.keyId(), "");
                }
            }
        }
    }

    private static Tenant tenant(HttpClient http, Target target, String admin, int number)
            throws IOException, InterruptedException {
        String name = "bench-events-" + number;
        JsonNode made = JsonMapper.shared()
                .readTree(send(
                        http,
                        target.base(),
                        admin,
                        "POST",
                        "/v1/keys",
                        "{\"name\":\"" + name + "\",\"tenant\":\"" + name + "\",\"roles\":[\"agent\"]}"));
        String key = made.get("key").asString();
        return new Tenant(
                made.get("id").asString(), target.plainCalls(key), new EventFollower(http, target.base(), key));
    }

    private static String send(HttpClient http, URI base, String key, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(base.resolve(path))
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(method + " " + path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    private Result measured(List<Tenant> tenants) throws InterruptedException {
        AtomicInteger failed = new AtomicInteger();
        int jobsOfEach = (int) (time.toSeconds() * eventsPerSecond / EVENTS_OF_A_JOB / clients);
        int jobsBefore = Math.max(2, jobsOfEach / 3);
        runJobs(tenants, jobsBefore, failed);
        awaitEvents(tenants, (jobsBefore * clients - failed.get()) * EVENTS_OF_A_JOB);
        tenants.forEach(each -> each.follower().begin());
        failed.set(0);
        long start = System.nanoTime();
        runJobs(tenants, jobsOfEach, failed);
        double seconds = (System.nanoTime() - start) / 1e9;
        int expected = (jobsOfEach * clients - failed.get()) * EVENTS_OF_A_JOB;
        awaitEvents(tenants, expected);
        Latencies times = new Latencies(tenants.stream()
                .flatMap(each -> each.follower().nanos().stream())
                .mapToLong(Long::longValue)
                .toArray());
        return new Result(
                name(),
                Runtime.getRuntime().availableProcessors(),
                clients,
                times.count() / seconds,
                times.count(),
                Math.max(0, expected - times.count()),
                failed.get(),
                times.millis(50),
                times.millis(95),
                times.millis(99),
                times.millis(100));
    }

    /// Returns once so many came, or nothing more can be expected.
    private static void awaitEvents(List<Tenant> tenants, int events) throws InterruptedException {
        long deadline = System.nanoTime() + LATEST.toNanos();
        while (arrived(tenants) < events && System.nanoTime() < deadline) {
            Thread.sleep(10);
        }
    }

    private static int arrived(List<Tenant> tenants) {
        return tenants.stream().mapToInt(each -> each.follower().events()).sum();
    }

    /// Each tenant at its own times, so that together they are even; one that is late does not wait to be even again.
    private void runJobs(List<Tenant> tenants, int jobsOfEach, AtomicInteger failed) {
        long pause = (long) (1e9 * clients * EVENTS_OF_A_JOB / eventsPerSecond);
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < tenants.size(); number++) {
                Measure.Run job = tenants.get(number)
                        .calls()
                        .call("POST /v1/jobs?wait=60000", REFUSED_PROGRAM, 200, "\"status\":\"rejected\"");
                long first = start + pause * number / tenants.size();
                threads.submit(() -> {
                    for (int round = 0; round < jobsOfEach; round++) {
                        for (long wait = first + round * pause - System.nanoTime(); wait > 0; ) {
                            LockSupport.parkNanos(wait);
                            wait = first + round * pause - System.nanoTime();
                        }
                        once(job, failed);
                    }
                    return null;
                });
            }
        }
    }

    private static void once(Measure.Run job, AtomicInteger failed) throws InterruptedException {
        try {
            job.once();
        } catch (IOException | RuntimeException refused) {
            if (failed.getAndIncrement() == 0) {
                System.err.println("sandmill: the first that failed: " + refused.getMessage());
            }
        }
    }

    private static void print(PrintStream out, Result result) {
        out.printf(
                Locale.ROOT,
                "%d clients   %.0f events/s   %d events, %d lost, %d requests failed   p50 %.1f ms   p95 %.1f ms   p99 %.1f ms   max %.1f ms%n",
                result.clients(),
                result.eventsPerSecond(),
                result.events(),
                result.lost(),
                result.failedRequests(),
                result.p50Millis(),
                result.p95Millis(),
                result.p99Millis(),
                result.maxMillis());
    }
}
