package dev.sandmill.orchestrator.cli;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Limits;
import dev.sandmill.api.client.SandmillClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// Runs a small program over and over, as many at a time as the service has slots, for more and more slots.
final class ExecuteSweep {
    static final String SLOTS = "executeSlots";
    private static final Duration WARM_UP = Duration.ofMillis(1500);
    private static final int MOST_SLOTS = 64;
    private static final double IMPROVES = 1.02;

    private final SandmillClient client;
    private final TunedService service;
    private final ExecuteCode program;
    private final Duration time;

    ExecuteSweep(SandmillClient client, TunedService service, ExecuteCode program, Duration time) {
        this.client = client;
        this.service = service;
        this.program = program;
        this.time = time;
    }

    static ExecuteCode program(String language, String source) {
        ExecuteCode usual = ExecuteCode.of(language, source, Limits.DEFAULT);
        return new ExecuteCode(
                usual.language(),
                usual.source(),
                usual.files(),
                usual.entrypoint(),
                usual.args(),
                usual.stdin(),
                usual.env(),
                usual.inputs(),
                usual.limits(),
                usual.policy(),
                usual.isolation(),
                CacheMode.OFF,
                usual.outputs());
    }

    Sweep run(Consumer<String> progress) throws InterruptedException {
        List<Sweep.Point> points = new ArrayList<>();
        long most = Math.min(MOST_SLOTS, service.most(SLOTS));
        double best = 0;
        int worse = 0;
        for (long slots = 1; slots <= most && worse < 2; slots *= 2) {
            progress.accept("programs, " + slots + " at a time …");
            service.set(Map.of(SLOTS, slots));
            Sweep.Point point = measure((int) slots);
            points.add(point);
            worse = point.perSecond() > best * IMPROVES ? 0 : worse + 1;
            best = Math.max(best, point.perSecond());
        }
        return new Sweep("Programs", "programs", points);
    }

    private Sweep.Point measure(int callers) throws InterruptedException {
        ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
        long start = System.nanoTime() + WARM_UP.toNanos();
        long end = start + time.toNanos();
        List<Future<?>> calling = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (int caller = 0; caller < callers; caller++) {
                    calling.add(threads.submit(() -> {
                        while (System.nanoTime() < end) {
                            long begun = System.nanoTime();
                            client.execute(program);
                            long done = System.nanoTime();
                            if (done >= start && done < end) {
                                nanos.add(done - begun);
                            }
                        }
                        return null;
                    }));
                }
                for (Future<?> one : calling) {
                    one.get();
                }
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof RuntimeException told) {
                    throw told;
                }
                throw new IllegalStateException("a call broke", failed.getCause());
            } finally {
                calling.forEach(one -> one.cancel(true));
            }
        }
        List<Long> sorted = nanos.stream().sorted().toList();
        return new Sweep.Point(
                Map.of(SLOTS, (long) callers),
                sorted.size() / (time.toMillis() / 1000.0),
                percentile(sorted, 0.5),
                percentile(sorted, 0.95));
    }

    private static double percentile(List<Long> sorted, double part) {
        return sorted.isEmpty()
                ? 0
                : sorted.get((int) Math.min(sorted.size() - 1, Math.floor(part * sorted.size()))) / 1e6;
    }
}
