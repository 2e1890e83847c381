package dev.sandmill.bench;

import com.sun.source.util.JavacTask;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.Violation;
import dev.sandmill.bench.ValidationCorpus.Program;
import dev.sandmill.sandbox.determinism.Determinism;
import dev.sandmill.sandbox.parser.Parsers;
import dev.sandmill.sandbox.syntax.ProgramSyntax;
import dev.sandmill.sandbox.syntax.SyntaxReader;
import dev.sandmill.sandbox.validate.SourceValidator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.treesitter.TSLanguage;
import org.treesitter.TSParser;
import org.treesitter.TSTree;
import org.treesitter.TreeSitterBash;
import org.treesitter.TreeSitterJavascript;
import org.treesitter.TreeSitterTypescript;

/// Static validation: what it catches of hostile programs and refuses of ordinary ones, and how long reading, checking
/// and judging take, beside a parser that does nothing else.
final class ValidationBenchmark implements Benchmark {
    private static final int LARGE_BYTES = 200_000;

    private final SyntaxReader reader = new SyntaxReader(Parsers.open());
    private final SourceValidator validator = new SourceValidator();
    private final Determinism determinism = new Determinism();

    @Override
    public String name() {
        return "validation";
    }

    @Override
    public String description() {
        return "catch rate, false positives, and time beside Python's compile(), javac's parser and tree-sitter alone";
    }

    @Override
    public void run(Target target, PrintStream out, boolean json) throws IOException, InterruptedException {
        for (String language : ValidationCorpus.LANGUAGES) {
            rates(language, out);
        }
        out.printf(
                Locale.ROOT,
                "%nload average %.1f on %d processors%n",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Runtime.getRuntime().availableProcessors());
        List<String> languages = List.of("python", "javascript", "typescript", "java", "bash");
        // They share much of the code, which the first would have compiled for the others.
        for (String language : languages) {
            measure(0, 40, language, ValidationCorpus.large(language, LARGE_BYTES));
        }
        for (String language : languages) {
            Latencies tiny = measure(3_000, 1_000, language, tiny(language));
            out.println(tiny.row(language + ", tiny, ours"));
            String source = ValidationCorpus.large(language, LARGE_BYTES);
            Latencies large = measure(20, 200, language, source);
            out.println(large.row(language + ", 200 KB, ours"));
            Latencies alone = baseline(language, source);
            out.println(alone.row(language + ", 200 KB, " + baselineName(language)));
            out.printf(Locale.ROOT, "%-34s %8.2f  (p50)%n", "baseline / ours", alone.millis(50) / large.millis(50));
        }
    }

    private void rates(String language, PrintStream out) throws IOException {
        List<Program> hostile = ValidationCorpus.programs("hostile", language);
        List<Program> benign = ValidationCorpus.programs("benign", language);
        List<Program> missed = hostile.stream()
                .filter(program -> violations(program).stream()
                        .noneMatch(found -> found.rule().equals(program.rule())))
                .toList();
        List<Program> refused = benign.stream()
                .filter(program -> !violations(program).isEmpty())
                .toList();
        out.printf(
                Locale.ROOT,
                "%-12s caught %d of %d hostile%s, refused %d of %d ordinary (%.1f %%)%n",
                language,
                hostile.size() - missed.size(),
                hostile.size(),
                hostile.isEmpty()
                        ? ""
                        : String.format(
                                Locale.ROOT, " (%.1f %%)", 100.0 * (hostile.size() - missed.size()) / hostile.size()),
                refused.size(),
                benign.size(),
                100.0 * refused.size() / benign.size());
        missed.forEach(program -> out.println("  missed: " + program.name()));
        refused.forEach(program -> out.println("  refused: " + program.name()));
    }

    private List<Violation> violations(Program program) {
        return validator.check(read(program.language(), program.source()), PolicyLevel.STANDARD);
    }

    private ProgramSyntax read(String language, String source) {
        return reader.read(ExecuteCode.of(language, source, Limits.DEFAULT), language);
    }

    private static String tiny(String language) {
        return switch (language) {
            case "python" -> "print(sum(range(100)))\n";
            case "javascript", "typescript" -> "console.log([1, 2, 3].map(x => x * 2));\n";
            case "java" -> "class Main { public static void main(String[] a) { System.out.println(a.length); } }\n";
            default -> "for i in 1 2 3; do echo \"$i\"; done\n";
        };
    }

    private Latencies measure(int warmUp, int runs, String language, String source) {
        long[] nanos = new long[warmUp + runs];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            ProgramSyntax program = read(language, source);
            validator.check(program, PolicyLevel.STANDARD);
            determinism.judge(program);
            nanos[i] = System.nanoTime() - start;
        }
        return new Latencies(Arrays.copyOfRange(nanos, warmUp, nanos.length));
    }

    private static String baselineName(String language) {
        return switch (language) {
            case "python" -> "python3 compile()";
            case "java" -> "javac's parser alone";
            default -> "tree-sitter alone";
        };
    }

    private static Latencies baseline(String language, String source) throws IOException, InterruptedException {
        return switch (language) {
            case "python" -> compile(source);
            case "java" -> parse(() -> javac(source));
            case "javascript" -> parse(() -> treeSitter(new TreeSitterJavascript(), source));
            case "typescript" -> parse(() -> treeSitter(new TreeSitterTypescript(), source));
            default -> parse(() -> treeSitter(new TreeSitterBash(), source));
        };
    }

    private static Latencies parse(Runnable parse) {
        long[] nanos = new long[50];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            parse.run();
            nanos[i] = System.nanoTime() - start;
        }
        return new Latencies(Arrays.copyOfRange(nanos, 10, nanos.length));
    }

    private static void treeSitter(TSLanguage language, String source) {
        try (TSParser parser = new TSParser()) {
            parser.setLanguage(language);
            try (TSTree tree = parser.parseString(null, source)) {
                tree.getRootNode();
            }
        }
    }

    /// A new compiler each time, as `javax.tools` gives it.
    private static void javac(String source) {
        JavaFileObject file = new SimpleJavaFileObject(URI.create("string:///Main.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        JavacTask task = (JavacTask) ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, List.of("-proc:none"), null, List.of(file));
        try {
            task.parse();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static Latencies compile(String source) throws IOException, InterruptedException {
        Path file = Files.createTempFile("validation", ".py");
        try {
            Files.writeString(file, source, StandardCharsets.UTF_8);
            Process process = new ProcessBuilder("python3", "-c", """
                            import sys, time
                            source = open(sys.argv[1], encoding="utf-8").read()
                            for _ in range(40):
                                start = time.perf_counter_ns()
                                compile(source, "main.py", "exec", dont_inherit=True)
                                print(time.perf_counter_ns() - start)
                            """, file.toString())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("python3 could not compile the program: " + answer);
            }
            return new Latencies(answer.lines().mapToLong(Long::parseLong).toArray());
        } finally {
            Files.delete(file);
        }
    }
}
