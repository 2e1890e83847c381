package dev.sandmill.bench;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.client.SandmillClient;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// A tiny Python program through the service, beside `docker run`, `docker exec` and the host's bare interpreter.
final class SandboxBenchmark implements Benchmark {
    private static final String PROGRAM = "print(sum(range(100)))";
    private static final String ANSWER = "4950\n";
    private static final String IMAGE = "sandmill/python:"
            + Optional.ofNullable(System.getenv("SANDMILL_IMAGE_TAG")).orElse("current");

    @Override
    public String name() {
        return "sandbox";
    }

    @Override
    public String description() {
        return "a tiny Python program over HTTP, beside docker run, docker exec and the bare interpreter";
    }

    @Override
    public void run(Target target, PrintStream out) throws IOException, InterruptedException {
        try (SandmillClient client = target.client()) {
            out.println("program: " + PROGRAM + "   service: " + target + "   processors: "
                    + Runtime.getRuntime().availableProcessors());
            measure(50, () -> execute(client, Isolation.AUTO, CacheMode.OFF));
            // The interpreter itself: what is on the path may be a version manager's script.
            String interpreter =
                    output("python3", "-c", "import sys; print(sys.executable)").strip();
            Latencies bare = measure(100, () -> process(interpreter, "-c", PROGRAM));
            out.println(bare.row("bare interpreter on the host"));
            Latencies auto = measure(500, () -> execute(client, Isolation.AUTO, CacheMode.OFF));
            out.println(auto.row("ours, recycled container"));
            measure(5, () -> execute(client, Isolation.AUTO, CacheMode.AUTO));
            Latencies cached = measure(500, () -> execute(client, Isolation.AUTO, CacheMode.AUTO));
            out.println(cached.row("ours, from the result cache"));
            Latencies fresh = measure(40, () -> execute(client, Isolation.FRESH, CacheMode.OFF));
            out.println(fresh.row("ours, fresh container"));
            Latencies dockerRun = measure(20, () -> dockerRun(PROGRAM));
            out.println(dockerRun.row("docker run, the same limits"));
            Latencies dockerExec = dockerExec();
            out.println(dockerExec.row("docker exec in a running container"));
            out.println();
            ratio(out, "bare interpreter / ours recycled", bare, auto);
            ratio(out, "docker run / ours recycled", dockerRun, auto);
            ratio(out, "docker exec / ours recycled", dockerExec, auto);
            ratio(out, "docker run / ours fresh", dockerRun, fresh);
            out.println();
            for (int parallel : List.of(1, 4, 8, 16)) {
                throughput(out, client, parallel);
            }
        }
    }

    private static void ratio(PrintStream out, String name, Latencies baseline, Latencies ours) {
        out.printf(Locale.ROOT, "%-34s %8.2f  (p50)%n", name, baseline.millis(50) / ours.millis(50));
    }

    private static void throughput(PrintStream out, SandmillClient client, int parallel) throws InterruptedException {
        int runs = 1000;
        AtomicInteger wrong = new AtomicInteger();
        long start = System.nanoTime();
        try (ExecutorService executor = Executors.newFixedThreadPool(parallel)) {
            executor.invokeAll(IntStream.range(0, runs)
                    .<Callable<Void>>mapToObj(run -> () -> {
                        try {
                            execute(client, Isolation.AUTO, CacheMode.OFF);
                        } catch (RuntimeException failed) {
                            wrong.incrementAndGet();
                        }
                        return null;
                    })
                    .toList());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        out.printf(
                Locale.ROOT,
                "ours recycled, %2d in parallel: %7.0f programs/s, %d of %d failed%n",
                parallel,
                runs / seconds,
                wrong.get(),
                runs);
    }

    private static Latencies dockerExec() throws IOException, InterruptedException {
        String container = output(
                        "docker", "run", "-d", "--rm", "--network", "none", "--entrypoint", "sleep", IMAGE, "600")
                .strip();
        try {
            return measure(20, () -> process("docker", "exec", container, "python3", "-c", PROGRAM));
        } finally {
            output("docker", "rm", "-f", container);
        }
    }

    private static void dockerRun(String program) throws IOException, InterruptedException {
        process(
                "docker",
                "run",
                "--rm",
                "--network",
                "none",
                "--read-only",
                "--cap-drop",
                "ALL",
                "--security-opt",
                "no-new-privileges",
                "--memory",
                "256m",
                "--memory-swap",
                "256m",
                "--cpus",
                "1",
                "--pids-limit",
                "64",
                "--user",
                "65534",
                "--entrypoint",
                "python3",
                IMAGE,
                "-c",
                program);
    }

    private static void execute(SandmillClient client, Isolation isolation, CacheMode cache)
            throws InterruptedException {
        Executed executed = client.execute(new ExecuteCode(
                "python",
                PROGRAM,
                List.of(),
                null,
                List.of(),
                Content.EMPTY,
                Map.of(),
                List.of(),
                Limits.DEFAULT,
                PolicyLevel.STANDARD,
                isolation,
                cache,
                List.of()));
        if (executed.status() != ProgramStatus.OK || !executed.stdout().text().equals(ANSWER)) {
            throw new IllegalStateException("a run answered " + executed.status() + ": " + executed.message());
        }
    }

    private static void process(String... command) throws IOException, InterruptedException {
        String answer = output(command);
        if (!answer.equals(ANSWER)) {
            throw new IllegalStateException(String.join(" ", command) + " answered " + answer);
        }
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        String answer = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " ended with " + process.exitValue());
        }
        return answer;
    }

    private static Latencies measure(int runs, Run run) throws IOException, InterruptedException {
        long[] nanos = new long[runs];
        for (int i = 0; i < runs; i++) {
            long start = System.nanoTime();
            run.once();
            nanos[i] = System.nanoTime() - start;
        }
        return new Latencies(nanos);
    }

    private interface Run {
        void once() throws IOException, InterruptedException;
    }
}
