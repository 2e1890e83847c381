package dev.sandmill.bench;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// `./sandmill bench [--json] [NAME...]`: runs the named benchmarks, or all; some against the running service.
public final class Main {
    private static final List<Benchmark> ALL = List.of(
            new SandboxBenchmark(),
            new ValidationBenchmark(),
            new EmbedBenchmark(),
            new SearchBenchmark(),
            new IndexBenchmark(),
            new QueueBenchmark(),
            new CacheBenchmark(),
            new HttpBenchmark(),
            new EventsBenchmark(),
            new TracesBenchmark());

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        System.exit(run(args));
    }

    private static int run(String[] args) throws InterruptedException {
        if (List.of(args).contains("--help")) {
            System.out.println("usage: ./sandmill bench [--json] [NAME...]   all of them where none is named\n");
            ALL.forEach(benchmark -> System.out.printf(
                    "  %-12s %s%s%n",
                    benchmark.name(), benchmark.description(), benchmark.writesJson() ? "; --json" : ""));
            return 0;
        }
        boolean json = List.of(args).contains("--json");
        List<String> names =
                Stream.of(args).filter(name -> !name.equals("--json")).toList();
        String known = ALL.stream().map(Benchmark::name).collect(Collectors.joining(", "));
        for (String name : names) {
            if (ALL.stream().noneMatch(benchmark -> benchmark.name().equals(name))) {
                System.err.println("sandmill: there is no benchmark '" + name + "'; known are " + known);
                return 2;
            }
        }
        List<Benchmark> chosen = ALL.stream()
                .filter(benchmark -> names.isEmpty() || names.contains(benchmark.name()))
                .toList();
        List<String> mute = chosen.stream()
                .filter(benchmark -> !benchmark.writesJson())
                .map(Benchmark::name)
                .toList();
        if (json && !mute.isEmpty()) {
            System.err.println("sandmill: --json is not there for " + String.join(", ", mute)
                    + "; name a benchmark that writes it: bench sandbox --json");
            return 2;
        }
        Target target = Target.of(System.getenv());
        for (Benchmark benchmark : chosen) {
            if (!json) {
                System.out.println("== " + benchmark.name() + ": " + benchmark.description());
            }
            try {
                benchmark.run(target, System.out, json);
            } catch (IOException | RuntimeException failed) {
                System.err.println("sandmill: bench " + benchmark.name() + " did not finish: " + failed.getMessage()
                        + (benchmark.needsService() ? "; is the service up? ./sandmill up starts it" : ""));
                return 1;
            }
        }
        return 0;
    }
}
