package dev.sandmill.bench;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/// `./sandmill bench [NAME...]`: runs the named benchmarks, or all; most against the running service.
public final class Main {
    private static final List<Benchmark> ALL =
            List.of(new SandboxBenchmark(), new ValidationBenchmark(), new EmbedBenchmark(), new SearchBenchmark());

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        System.exit(run(args));
    }

    private static int run(String[] args) throws InterruptedException {
        List<String> names = List.of(args);
        String known = ALL.stream().map(Benchmark::name).collect(Collectors.joining(", "));
        for (String name : names) {
            if (ALL.stream().noneMatch(benchmark -> benchmark.name().equals(name))) {
                System.err.println("sandmill: there is no benchmark '" + name + "'; known are " + known);
                return 2;
            }
        }
        try {
            Target target = Target.of(System.getenv());
            for (Benchmark benchmark : ALL) {
                if (names.isEmpty() || names.contains(benchmark.name())) {
                    System.out.println("== " + benchmark.name() + ": " + benchmark.description());
                    benchmark.run(target, System.out);
                }
            }
            return 0;
        } catch (IOException | RuntimeException failed) {
            System.err.println("sandmill: the benchmark did not finish: " + failed.getMessage()
                    + "; is the service up? ./sandmill up starts it");
            return 1;
        }
    }
}
