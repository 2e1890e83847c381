package dev.sandmill.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// How runs are timed: one after the other, with a rest between them, some at a time, all at once.
final class Measure {
    /// One run; what it throws is its failure.
    interface Run {
        void once() throws IOException, InterruptedException;
    }

    private Measure() {}

    static Latencies oneByOne(int runs, Run run) throws IOException, InterruptedException {
        return paced(runs, Duration.ZERO, run);
    }

    static Latencies paced(int runs, Duration rest, Run run) throws IOException, InterruptedException {
        long[] nanos = new long[runs];
        for (int i = 0; i < runs; i++) {
            long start = System.nanoTime();
            run.once();
            nanos[i] = System.nanoTime() - start;
            Thread.sleep(rest);
        }
        return new Latencies(nanos);
    }

    static Report.Throughput atATime(int parallel, int runs, Run run) throws InterruptedException {
        AtomicInteger failed = new AtomicInteger();
        long start = System.nanoTime();
        try (ExecutorService callers = Executors.newFixedThreadPool(parallel)) {
            callers.invokeAll(IntStream.range(0, runs)
                    .<Callable<Void>>mapToObj(number -> () -> {
                        count(run, failed);
                        return null;
                    })
                    .toList());
        }
        return new Report.Throughput(runs, failed.get(), runs * 1e9 / (System.nanoTime() - start));
    }

    /// All of them start together; each time is from that start's side, waiting included.
    static Burst burst(int runs, Run run) throws InterruptedException {
        AtomicInteger failed = new AtomicInteger();
        long[] nanos = new long[runs];
        List<Callable<Void>> all = IntStream.range(0, runs)
                .<Callable<Void>>mapToObj(number -> () -> {
                    long start = System.nanoTime();
                    count(run, failed);
                    nanos[number] = System.nanoTime() - start;
                    return null;
                })
                .toList();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            callers.invokeAll(all);
        }
        return new Burst(new Latencies(nanos), failed.get());
    }

    private static void count(Run run, AtomicInteger failed) throws InterruptedException {
        try {
            run.once();
        } catch (IOException | RuntimeException unanswered) {
            if (failed.getAndIncrement() == 0) {
                System.err.println("sandmill: the first that failed: " + unanswered.getMessage());
            }
        }
    }

    record Burst(Latencies times, int failed) {}
}
