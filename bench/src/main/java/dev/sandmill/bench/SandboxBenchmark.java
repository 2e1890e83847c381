package dev.sandmill.bench;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Job;
import dev.sandmill.api.client.SandmillClient;
import dev.sandmill.api.text.Spelled;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Tiny programs through the service and through the engine alone, beside `docker run`, `docker exec`, `bwrap` where
/// it is installed, and the host's bare interpreters.
final class SandboxBenchmark implements Benchmark {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration REST = Duration.ofMillis(10);
    private static final List<Integer> PARALLEL = List.of(1, 4, 8, 16);
    private static final int SLOTS = 8;

    @Override
    public String name() {
        return "sandbox";
    }

    @Override
    public String description() {
        return "a tiny program through the service and the engine, beside docker run, docker exec and the interpreter";
    }

    @Override
    public boolean writesJson() {
        return true;
    }

    @Override
    public void run(Target target, PrintStream out, boolean json) throws IOException, InterruptedException {
        Report report = new Report(out, json);
        report.heading("program: " + TinyProgram.PYTHON_SOURCE + "   service: " + target + "   processors: "
                + Runtime.getRuntime().availableProcessors());
        Report.Baseline dockerRun = otherWays(report);
        engine(report, dockerRun);
        try (PlainCalls calls = target.plainCalls();
                SandmillClient client = target.client()) {
            service(report, calls, client, dockerRun);
            throughput(report, calls, ProcessorTime.of(System.getenv()));
        }
        report.end();
    }

    private static Report.Baseline otherWays(Report report) throws IOException, InterruptedException {
        String python = OtherWays.pythonOnThePath();
        Latencies bare = Measure.oneByOne(60, () -> OtherWays.bare(python));
        report.latency("bare " + python, bare, null, "the interpreter's own start");
        var debian = OtherWays.debianPython().filter(path -> !path.equals(python));
        if (debian.isPresent()) {
            Latencies times = Measure.oneByOne(60, () -> OtherWays.bare(debian.get()));
            report.latency("bare " + debian.get(), times, null, "the interpreter's own start");
        }
        if (OtherWays.hasBubblewrap()) {
            Latencies times = Measure.oneByOne(40, () -> OtherWays.bubblewrap(debian.orElse(python)));
            report.latency("bwrap, no resource limits", times, null, "namespaces and the interpreter's start");
        }
        report.latency("docker exec, running container", OtherWays.dockerExec(15), null, "runc and the interpreter");
        Latencies run = Measure.oneByOne(15, () -> OtherWays.dockerRun(TinyProgram.PYTHON));
        report.latency("docker run, similar limits", run, null, "creating and removing a container");
        return new Report.Baseline("docker run", run);
    }

    private static void engine(Report report, Report.Baseline dockerRun) throws IOException, InterruptedException {
        Map<String, String> environment = System.getenv();
        long[] opened = new long[5];
        long[] first = new long[opened.length];
        // The one before them has this process's classes loaded.
        for (int i = -1; i < opened.length; i++) {
            long start = System.nanoTime();
            try (OwnEngine engine = new OwnEngine(environment, SLOTS, 0)) {
                long open = System.nanoTime();
                engine.run(TinyProgram.PYTHON, CacheMode.OFF);
                if (i >= 0) {
                    opened[i] = open - start;
                    first[i] = System.nanoTime() - open;
                }
            }
        }
        report.latency("opening the engine", new Latencies(opened), null, "asking Docker for images and versions");
        report.latency(
                "engine with an empty pool, first program",
                new Latencies(first),
                dockerRun,
                "creating the first container");
        try (OwnEngine engine = new OwnEngine(environment, SLOTS, 2)) {
            Measure.Run run = () -> engine.run(TinyProgram.PYTHON, CacheMode.OFF);
            Measure.oneByOne(300, run);
            report.latency(
                    "engine alone, 10 ms between programs",
                    Measure.paced(200, REST, run),
                    dockerRun,
                    "processors that fell asleep between two programs");
            report.latency(
                    "engine alone, back to back",
                    Measure.oneByOne(500, run),
                    dockerRun,
                    "processor time in the container, and the relays to it");
            Measure.Run cached = () -> engine.run(TinyProgram.PYTHON, CacheMode.AUTO);
            Measure.oneByOne(300, cached);
            report.latency(
                    "engine alone, result cache", Measure.oneByOne(2000, cached), dockerRun, "parsing the program");
            Measure.atATime(SLOTS, 400, run);
            for (int parallel : List.of(4, 8)) {
                report.throughput(
                        "engine alone, recycled",
                        parallel,
                        Measure.atATime(parallel, 1000, run),
                        null,
                        "processor time in the containers");
            }
        }
    }

    private static void service(Report report, PlainCalls calls, SandmillClient client, Report.Baseline dockerRun)
            throws IOException, InterruptedException {
        Measure.Run auto = calls.execution(TinyProgram.PYTHON, Isolation.AUTO, CacheMode.OFF);
        Measure.Run cached = calls.execution(TinyProgram.PYTHON, Isolation.AUTO, CacheMode.AUTO);
        // A service that has just been started runs half of this interpreted; one that has worked for a while does not.
        Measure.atATime(4, 8_000, cached);
        Measure.atATime(4, 3_000, auto);
        report.latency(
                "HTTP, recycled container", Measure.oneByOne(600, auto), dockerRun, "the run, then the queue's steps");
        report.latency(
                "HTTP, result cache", Measure.oneByOne(2_000, cached), dockerRun, "threads that wake each other");
        Measure.Run fullAuto = () -> execute(client, TinyProgram.PYTHON, Isolation.AUTO, CacheMode.OFF);
        Measure.Run fullCached = () -> execute(client, TinyProgram.PYTHON, Isolation.AUTO, CacheMode.AUTO);
        Measure.oneByOne(300, fullAuto);
        report.latency(
                "Java client, recycled container",
                Measure.oneByOne(400, fullAuto),
                dockerRun,
                "the same, and the JDK's HTTP client");
        Measure.oneByOne(1_000, fullCached);
        report.latency(
                "Java client, result cache", Measure.oneByOne(1_000, fullCached), dockerRun, "the JDK's HTTP client");
        Measure.Run fresh = calls.execution(TinyProgram.PYTHON, Isolation.FRESH, CacheMode.OFF);
        report.latency(
                "HTTP, fresh container", Measure.oneByOne(30, fresh), dockerRun, "how fast Docker makes containers");
        for (TinyProgram program : List.of(TinyProgram.NODE, TinyProgram.JAVA)) {
            Latencies plain = Measure.oneByOne(5, () -> OtherWays.dockerRun(program));
            Measure.Run run = calls.execution(program, Isolation.AUTO, CacheMode.OFF);
            Measure.oneByOne(3, run);
            report.latency(
                    "HTTP, recycled, " + program.language(),
                    Measure.oneByOne(15, run),
                    new Report.Baseline("docker run", plain),
                    "the start of its interpreter or compiler");
        }
        Measure.Burst burst = Measure.burst(100, auto);
        report.latency(
                "HTTP, 100 at once, " + burst.failed() + " failed",
                burst.times(),
                dockerRun,
                "processor time of all together");
    }

    private static void throughput(Report report, PlainCalls calls, ProcessorTime processors)
            throws IOException, InterruptedException {
        Measure.Run auto = calls.execution(TinyProgram.PYTHON, Isolation.AUTO, CacheMode.OFF);
        Measure.Run cached = calls.execution(TinyProgram.PYTHON, Isolation.AUTO, CacheMode.AUTO);
        for (int parallel : PARALLEL) {
            counted(report, "HTTP, recycled container", parallel, 2_000, auto, processors);
        }
        for (int parallel : PARALLEL) {
            counted(report, "HTTP, result cache", parallel, 5_000, cached, processors);
        }
        for (int parallel : PARALLEL) {
            Report.Throughput plain = Measure.atATime(parallel, 20, () -> OtherWays.dockerRun(TinyProgram.PYTHON));
            report.throughput(
                    "HTTP, fresh container",
                    parallel,
                    Measure.atATime(parallel, 32, calls.execution(TinyProgram.PYTHON, Isolation.FRESH, CacheMode.OFF)),
                    plain,
                    "how fast Docker makes containers");
        }
    }

    private static void counted(
            Report report, String name, int parallel, int runs, Measure.Run run, ProcessorTime processors)
            throws IOException, InterruptedException {
        ProcessorTime.Reading before = processors.read();
        Report.Throughput measured = Measure.atATime(parallel, runs, run);
        report.throughput(name, parallel, measured, null, processors.perRun(before, runs));
    }

    private static void execute(SandmillClient client, TinyProgram program, Isolation isolation, CacheMode cache)
            throws InterruptedException {
        Job job = client.submit(program.request(isolation, cache), null, PATIENCE);
        if (!(job.outcome() instanceof Executed executed)) {
            throw new IllegalStateException(
                    "job " + job.id() + " is " + job.state() + " after " + Spelled.time(PATIENCE));
        }
        TinyProgram.check(executed);
    }
}
