package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Programs per second where each gets a container that no program ran in and that was not made ahead, beside
/// `docker run --rm`, as many at a time. Not part of the suite: `-Dit.test=FreshContainersMeasurement`.
class FreshContainersMeasurement {
    private static final int RUNS = 48;

    @Test
    void besideDockerRun() throws Exception {
        AtomicInteger tenants = new AtomicInteger();
        for (int parallel : List.of(1, 2, 4, 8)) {
            try (Sandbox sandbox = Sandbox.open(RealSandbox.config(parallel, 0), new RealSandbox.MemoryResults())) {
                String image = sandbox.languages().stream()
                        .filter(language -> language.language().equals("python"))
                        .findFirst()
                        .orElseThrow()
                        .image();
                double ours = perSecond(
                        parallel,
                        () -> RealSandbox.answered(
                                sandbox,
                                Programs.of("python", "print(sum(range(100)))")
                                        .fresh()
                                        .request(),
                                "tenant-" + tenants.incrementAndGet()));
                double docker = perSecond(parallel, () -> LatencyIT.dockerRun(image));
                System.out.printf(
                        "%d at a time: fresh containers %.1f per second, docker run --rm %.1f per second%n",
                        parallel, ours, docker);
            }
        }
    }

    private static double perSecond(int parallel, Callable<?> run) throws Exception {
        try (ExecutorService callers = Executors.newFixedThreadPool(parallel)) {
            run.call();
            long start = System.nanoTime();
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < RUNS; i++) {
                all.add(callers.submit(run));
            }
            for (Future<?> one : all) {
                assertThat(one.get()).isNotNull();
            }
            return RUNS * 1e9 / (System.nanoTime() - start);
        }
    }
}
