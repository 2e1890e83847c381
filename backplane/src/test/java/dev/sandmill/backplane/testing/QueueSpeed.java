package dev.sandmill.backplane.testing;

import dev.sandmill.backplane.queue.Completion;
import dev.sandmill.backplane.queue.JobRecord;
import dev.sandmill.backplane.queue.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Measures the queue on a Redis of its own and prints: submissions, drain, and how soon an idle worker starts a job.
public final class QueueSpeed {
    private QueueSpeed() {}

    public static void main(String[] arguments) throws Exception {
        int jobs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20_000;
        try (Ground ground = arguments.length > 1 ? Ground.on(RedisServer.startDurable()) : Ground.open()) {
            for (int round = 0; round < 3; round++) {
                submitAndDrain(ground, jobs, round);
            }
            idleLatency(ground);
        }
        System.exit(0);
    }

    private static void submitAndDrain(Ground ground, int jobs, int round) throws InterruptedException {
        long before = System.nanoTime();
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < 100; thread++) {
                threads.submit(() -> {
                    while (next.getAndIncrement() < jobs) {
                        ground.submit("acme", "x".repeat(150));
                    }
                });
            }
        }
        double submitted = jobs / seconds(before);
        CountDownLatch done = new CountDownLatch(jobs);
        before = System.nanoTime();
        Worker worker = ground.queue().startWorker(Jobs.worker("speed-" + round, 100), _ -> {
            done.countDown();
            return new Completion.Finished("{\"status\":\"ok\"}");
        });
        done.await();
        worker.close();
        System.out.printf(
                "submit, 100 in flight: %,.0f/s; drain, 100 slots: %,.0f/s%n", submitted, jobs / seconds(before));
    }

    private static void idleLatency(Ground ground) throws InterruptedException {
        Map<String, Long> starts = new ConcurrentHashMap<>();
        ground.queue().startWorker(Jobs.worker("idle", 4), claim -> {
            starts.put(claim.job().requestJson(), System.nanoTime());
            return new Completion.Finished("{\"status\":\"ok\"}");
        });
        List<Long> toStart = new ArrayList<>();
        List<Long> toEnd = new ArrayList<>();
        for (int number = 0; number < 2000; number++) {
            Thread.sleep(1);
            long before = System.nanoTime();
            JobRecord job = ground.submit("acme", "n" + number);
            ground.queue().await("acme", job.id(), Duration.ofSeconds(5));
            if (number >= 500) {
                toEnd.add(System.nanoTime() - before);
                toStart.add(Objects.requireNonNull(starts.get(job.requestJson())) - before);
            }
        }
        print("submit to start, idle", toStart);
        print("submit to awaited end, idle", toEnd);
    }

    private static void print(String what, List<Long> nanos) {
        List<Long> sorted = nanos.stream().sorted().toList();
        System.out.printf(
                "%s: p50 %.2f ms, p99 %.2f ms%n",
                what, sorted.get(sorted.size() / 2) / 1e6, sorted.get(sorted.size() * 99 / 100) / 1e6);
    }

    private static double seconds(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) / 1e9;
    }
}
