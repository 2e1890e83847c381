package dev.sandmill.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Prints how long a hello takes here, beside `docker run` with the same limits; asserts nothing about time.
class LatencyIT {
    private static final int RUNS = 200;
    private static final int DOCKER_RUNS = 8;
    private static final ExecuteCode HELLO = Programs.python("print(sum(range(100)))");

    @Test
    void recycledHellosBesideDockerRun() throws Exception {
        try (Sandbox sandbox = Sandbox.open(RealSandbox.config(4, 1), new RealSandbox.MemoryResults())) {
            for (int i = 0; i < 20; i++) {
                hello(sandbox);
            }
            print("recycled hello", RUNS, () -> hello(sandbox));
            print("python3 itself, outside of any sandbox", RUNS, LatencyIT::bareInterpreter);
            print(
                    "docker run",
                    DOCKER_RUNS,
                    () -> dockerRun(sandbox.languages().stream()
                            .filter(language -> language.language().equals("python"))
                            .findFirst()
                            .orElseThrow()
                            .image()));
            throughput(sandbox);
        }
    }

    private static int bareInterpreter() throws Exception {
        Process process = new ProcessBuilder("/usr/bin/python3", "-c", "print(sum(range(100)))").start();
        assertThat(process.getInputStream().readAllBytes()).isEqualTo("4950\n".getBytes(UTF_8));
        return process.waitFor();
    }

    private static Executed hello(Sandbox sandbox) {
        Executed executed = RealSandbox.answered(sandbox, HELLO, "ada");
        assertThat(executed.stdout().text()).isEqualTo("4950\n");
        return executed;
    }

    static int dockerRun(String image) throws Exception {
        Process process = new ProcessBuilder(List.of(
                        "docker",
                        "run",
                        "--rm",
                        "--network",
                        "none",
                        "--read-only",
                        "--cap-drop",
                        "ALL",
                        "--memory",
                        "256m",
                        "--memory-swap",
                        "256m",
                        "--pids-limit",
                        "64",
                        "--cpus",
                        "1",
                        "--tmpfs",
                        "/tmp:size=64m",
                        "--entrypoint",
                        "/usr/bin/python3",
                        image,
                        "-c",
                        "print(sum(range(100)))"))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return 0;
    }

    private static void print(String what, int runs, Callable<?> run) throws Exception {
        long[] micros = new long[runs];
        for (int i = 0; i < runs; i++) {
            long start = System.nanoTime();
            run.call();
            micros[i] = (System.nanoTime() - start) / 1000;
        }
        Arrays.sort(micros);
        System.out.printf(
                "%s: min %.2f ms, p50 %.2f ms, p95 %.2f ms (%d runs)%n",
                what, micros[0] / 1000.0, micros[runs / 2] / 1000.0, micros[runs * 95 / 100] / 1000.0, runs);
    }

    private static void throughput(Sandbox sandbox) throws Exception {
        try (ExecutorService callers = Executors.newFixedThreadPool(4)) {
            long start = System.nanoTime();
            List<Future<Executed>> all = callers.invokeAll(java.util.Collections.nCopies(RUNS, () -> hello(sandbox)));
            for (Future<Executed> one : all) {
                one.get();
            }
            System.out.printf("4 at a time: %.0f per second%n", RUNS * 1e9 / (System.nanoTime() - start));
        }
    }
}
