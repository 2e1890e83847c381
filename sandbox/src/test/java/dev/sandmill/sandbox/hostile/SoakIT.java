package dev.sandmill.sandbox.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Many tiny programs of several tenants at a time, each with an answer of its own: none is wrong, none is killed,
/// and this process holds no more afterwards. `-Dsandmill.soak=10000` makes it long.
class SoakIT {
    private static final int RUNS = Integer.getInteger("sandmill.soak", 500);
    private static final int CALLERS = 4;
    private static final int WARM_UP_RUNS = 50;

    @Test
    void everyAnswerIsRightAndNothingGrows() throws Exception {
        try (Arena arena = new Arena(CALLERS, "python")) {
            soak(arena, WARM_UP_RUNS);
            arena.requireQuiet();
            Baseline before = Baseline.now();
            long start = System.nanoTime();
            soak(arena, RUNS);
            System.out.printf(
                    "%d runs in %s: %s%n", RUNS, Duration.ofNanos(System.nanoTime() - start), arena.sandbox.stats());
            arena.requireQuiet();
            before.requireNotMore();
            assertThat(arena.sandbox.stats().recycled()).isGreaterThan(RUNS / 2);
        }
    }

    private static void soak(Arena arena, int runs) throws Exception {
        AtomicInteger next = new AtomicInteger();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                String tenant = "tenant" + caller;
                all.add(callers.submit(() -> {
                    for (int run = next.getAndIncrement(); run < runs; run = next.getAndIncrement()) {
                        Executed end = arena.python(
                                "import os, sys\nprint(%d * 3, os.listdir('.'), os.listdir('/tmp'))\nopen('/tmp/x', 'w').write('x')\nsys.exit(%d)"
                                        .formatted(run, run % 2),
                                Limits.DEFAULT,
                                tenant);
                        if (end.status() != (run % 2 == 0 ? ProgramStatus.OK : ProgramStatus.NONZERO_EXIT)
                                || !end.stdout().text().equals(run * 3 + " ['main.py'] []\n")
                                || end.stderr().size() > 0) {
                            wrong.add(run + ": " + end);
                        }
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(wrong).isEmpty();
    }
}
