package dev.sandmill.orchestrator.cli;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.CompileResult;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.SourceFile;
import dev.sandmill.api.Violation;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.orchestrator.config.ServiceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `./sandmill exec`: runs code; what it prints is what the program printed, its exit code is the program's.
@Command(
        name = "exec",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs code in the sandbox.",
        footer = {
            "",
            "Exit code: the program's own. Without one: 124 cpu or wall limit, 125 the sandbox failed,",
            "126 refused by validation, 130 cancelled, 137 memory, output, disk or process limit, 128+N signal N.",
            "69 no service, 70 refused by it, 75 it cannot serve right now: Redis is away for more than 5 seconds."
        })
final class ExecCommand implements Callable<Integer> {
    private static final byte[] NOTHING = {};
    /// File name endings that are no alias of their language.
    private static final Map<String, String> ENDINGS =
            Map.of("mjs", "javascript", "cjs", "javascript", "cc", "cpp", "cxx", "cpp", "mts", "typescript");
    private static final Map<String, Integer> SIGNALS = Map.of(
            "SIGHUP", 1, "SIGINT", 2, "SIGQUIT", 3, "SIGILL", 4, "SIGABRT", 6, "SIGFPE", 8, "SIGKILL", 9, "SIGSEGV", 11,
            "SIGPIPE", 13, "SIGTERM", 15);

    private final Connection connection;
    private final ServiceConfig config;
    private final Terminal terminal;

    @Option(
            names = {"-l", "--language"},
            paramLabel = "LANG",
            description = "language or alias; guessed from FILE's ending when left out")
    private @Nullable String language;

    @Option(names = "-c", paramLabel = "CODE", description = "the program itself, instead of FILE")
    private @Nullable String code;

    @Option(names = "--stdin", paramLabel = "FILE", description = "standard input; - passes this command's own on")
    private @Nullable Path stdin;

    @Option(names = "--policy", paramLabel = "LEVEL", description = "strict, standard (the default) or off")
    private String policy = "standard";

    @Option(names = "--fresh", description = "in a container that no program ran in, and not from the cache")
    private boolean fresh;

    @Option(names = "--timeout", paramLabel = "MILLIS", description = "time on the clock")
    private @Nullable Long timeoutMillis;

    @Option(names = "--json", description = "print the outcome as JSON")
    private boolean json;

    @Parameters(paramLabel = "FILE|ARG", description = "FILE to run, unless -c is given; then arguments, best after --")
    private List<String> rest = List.of();

    ExecCommand(Connection connection, ServiceConfig config, Terminal terminal) {
        this.connection = connection;
        this.config = config;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        ExecuteCode request = request();
        Executed executed = new PatientRun(connection, terminal).run(request);
        if (json) {
            JobJson names = new JobJson(config.defaultLimits(), config.limitCeiling());
            terminal.print(names.writeOutcome(executed));
        } else {
            show(executed);
        }
        return exitCode(executed);
    }

    private ExecuteCode request() {
        String text = code;
        List<SourceFile> files = List.of();
        List<String> args = rest;
        String name = language;
        if (text == null) {
            if (rest.isEmpty()) {
                throw new BadUsage("give a FILE to run or -c CODE; see ./sandmill exec --help");
            }
            Path file = Path.of(rest.getFirst());
            files = List.of(new SourceFile(String.valueOf(file.getFileName()), Content.of(bytesOf(file))));
            args = rest.subList(1, rest.size());
            name = name == null ? guessed(file) : name;
        }
        if (name == null) {
            throw new BadUsage("give the language of the code with -l, for instance -l python");
        }
        Limits usual = config.defaultLimits();
        Limits limits = timeoutMillis == null
                ? usual
                : new Limits(
                        positive(timeoutMillis),
                        usual.cpuMillis(),
                        usual.memoryBytes(),
                        usual.pids(),
                        usual.outputBytes(),
                        usual.diskBytes());
        return new ExecuteCode(
                name,
                text,
                files,
                null,
                args,
                stdinContent(),
                Map.of(),
                List.of(),
                limits,
                level(),
                fresh ? Isolation.FRESH : Isolation.AUTO,
                fresh ? CacheMode.BYPASS : CacheMode.AUTO,
                List.of());
    }

    private Content stdinContent() {
        if (stdin == null) {
            return Content.EMPTY;
        }
        try {
            return stdin.toString().equals("-") ? Content.of(System.in.readAllBytes()) : Content.of(bytesOf(stdin));
        } catch (IOException unreadable) {
            throw new BadUsage("standard input can not be read: " + unreadable.getMessage());
        }
    }

    private PolicyLevel level() {
        for (PolicyLevel level : PolicyLevel.values()) {
            if (level.name().toLowerCase(Locale.ROOT).equals(policy)) {
                return level;
            }
        }
        throw new BadUsage("--policy is '" + policy + "'; it has to be strict, standard or off");
    }

    private static long positive(long millis) {
        if (millis < 1) {
            throw new BadUsage("--timeout is " + millis + "; it has to be at least 1 millisecond");
        }
        return millis;
    }

    private static byte[] bytesOf(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new BadUsage("can not read " + file + ": "
                    + (Files.exists(file) ? unreadable.getMessage() : "there is no such file"));
        }
    }

    /// The file's ending, which the service knows as the language's name or alias.
    private static String guessed(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        if (dot < 0) {
            throw new BadUsage("can not tell the language of " + file + "; give it with -l");
        }
        String ending = name.substring(dot + 1).toLowerCase(Locale.ROOT);
        return ENDINGS.getOrDefault(ending, ending);
    }

    private void show(Executed executed) {
        CompileResult compile = executed.compile();
        if (compile != null && executed.status() == ProgramStatus.COMPILE_ERROR) {
            // Some compilers tell their errors on standard output; to a caller all of it is about the program, not from
            // it.
            terminal.write(NOTHING, compile.stdout().toByteArray());
            terminal.write(NOTHING, compile.stderr().toByteArray());
        }
        terminal.write(executed.stdout().toByteArray(), executed.stderr().toByteArray());
        if (executed.stdoutTruncated() || executed.stderrTruncated()) {
            terminal.error("the output was cut at its limit");
        }
        for (Violation violation : executed.violations()) {
            terminal.error(Terminal.harmless(violation.path() + ":" + violation.line() + ":" + violation.column() + ": "
                    + violation.rule() + ": " + violation.message()));
        }
        ProgramStatus status = executed.status();
        if (status != ProgramStatus.OK && status != ProgramStatus.NONZERO_EXIT) {
            String signal = executed.signal() == null ? "" : " (" + executed.signal() + ")";
            String message = executed.message() == null ? "" : ": " + Terminal.harmless(executed.message());
            terminal.error(status.name().toLowerCase(Locale.ROOT) + signal + message);
        }
    }

    private static int exitCode(Executed executed) {
        Integer own = executed.exitCode();
        return switch (executed.status()) {
            case OK, NONZERO_EXIT, COMPILE_ERROR -> own == null ? 1 : own;
            case CPU_LIMIT, WALL_LIMIT -> 124;
            case FAILED -> 125;
            case REJECTED -> 126;
            case CANCELLED -> 130;
            case MEMORY_LIMIT, OUTPUT_LIMIT, DISK_LIMIT, PIDS_LIMIT -> 137;
            case SIGNAL -> 128 + SIGNALS.getOrDefault(String.valueOf(executed.signal()), 0);
        };
    }
}
