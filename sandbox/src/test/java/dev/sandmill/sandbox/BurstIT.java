package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Executed;
import dev.sandmill.api.ProgramStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Many programs at once, each of another tenant, while the pool is empty. `-Dsandmill.burst=100` for the large one;
/// asserts nothing about time, but prints it.
class BurstIT {
    private static final int PROGRAMS = Integer.getInteger("sandmill.burst", 24);

    private record Timed(Executed executed, long millis) {}

    @Test
    void everyProgramOfABurstIsAnsweredThoughNoContainerWasReady() throws Exception {
        try (Sandbox sandbox = Sandbox.open(RealSandbox.config(PROGRAMS, 0), new RealSandbox.MemoryResults());
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            long start = System.nanoTime();
            List<Future<Timed>> answers = new ArrayList<>();
            for (int i = 0; i < PROGRAMS; i++) {
                int number = i;
                answers.add(callers.submit(() -> {
                    Executed executed =
                            RealSandbox.answered(sandbox, Programs.python("print(" + number + ")"), "tenant-" + number);
                    return new Timed(executed, (System.nanoTime() - start) / 1_000_000);
                }));
            }
            long[] millis = new long[PROGRAMS];
            for (int i = 0; i < PROGRAMS; i++) {
                Timed timed = answers.get(i).get();
                assertThat(timed.executed().status()).as(timed.toString()).isEqualTo(ProgramStatus.OK);
                assertThat(timed.executed().stdout().text()).isEqualTo(i + "\n");
                millis[i] = timed.millis();
            }
            Arrays.sort(millis);
            System.out.printf(
                    "burst of %d with an empty pool: p50 %d ms, p95 %d ms, last %d ms, %.1f programs per second%n",
                    PROGRAMS,
                    millis[PROGRAMS / 2],
                    millis[PROGRAMS * 95 / 100],
                    millis[PROGRAMS - 1],
                    PROGRAMS * 1000.0 / millis[PROGRAMS - 1]);
        }
    }
}
