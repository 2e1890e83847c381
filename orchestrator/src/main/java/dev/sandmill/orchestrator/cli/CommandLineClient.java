package dev.sandmill.orchestrator.cli;

import dev.sandmill.api.client.SandmillProblem;
import dev.sandmill.api.client.SandmillUnreachable;
import dev.sandmill.orchestrator.config.ServiceConfig;
import java.io.PrintStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/// `./sandmill exec|index|search|tune`, parsed and run. Every error is one line on standard error.
public final class CommandLineClient {
    static final int USAGE = 2;
    static final int NO_SERVICE = 69;
    static final int REFUSED = 70;
    static final int LATER = 75;

    private CommandLineClient() {}

    /// Runs one command and returns the exit code.
    public static int run(ServiceConfig config, String[] args) {
        return run(config, System.getenv(), args, System.out, System.err);
    }

    static int run(
            ServiceConfig config, Map<String, String> environment, String[] args, PrintStream out, PrintStream errors) {
        Terminal terminal = new Terminal(
                out, errors, System.console() != null && System.console().isTerminal());
        Connection connection = new Connection(config);
        CommandLine commands = new CommandLine(new Sandmill())
                .addSubcommand(new ExecCommand(connection, config, terminal))
                .addSubcommand(new IndexCommand(connection, config, terminal))
                .addSubcommand(new SearchCommand(connection, terminal))
                .addSubcommand(new TuneCommand(connection, terminal, environment))
                .setOut(new java.io.PrintWriter(out, true))
                .setErr(new java.io.PrintWriter(errors, true))
                .setParameterExceptionHandler((wrong, given) -> {
                    String command = wrong.getCommandLine().getCommandName();
                    terminal.error(firstLine(wrong.getMessage()) + "; see ./sandmill "
                            + (command.equals("sandmill") ? "" : command + " ") + "--help");
                    return USAGE;
                })
                .setExecutionExceptionHandler((failed, command, parsed) -> explained(failed, terminal));
        return commands.execute(args);
    }

    private static int explained(Exception failed, Terminal terminal) {
        return switch (failed) {
            case SandmillProblem problem -> {
                String field = problem.field() == null ? "" : problem.field() + ": ";
                terminal.error(field + firstLine(problem.detail()));
                yield REFUSED;
            }
            case SandmillUnreachable away -> {
                terminal.error(firstLine(away.getMessage()) + "; is the service up? ./sandmill up starts it");
                yield NO_SERVICE;
            }
            case PatientRun.StillAway away -> {
                terminal.error(firstLine(away.getMessage()));
                yield LATER;
            }
            case PatientRun.StillWaiting waiting -> {
                terminal.error(firstLine(waiting.getMessage()));
                yield REFUSED;
            }
            case BadUsage usage -> {
                terminal.error(firstLine(usage.getMessage()));
                yield USAGE;
            }
            case InterruptedException stopped -> 130;
            default -> {
                terminal.error("an unexpected failure: " + failed.getClass().getSimpleName() + ": "
                        + firstLine(failed.getMessage()));
                yield REFUSED;
            }
        };
    }

    private static String firstLine(@Nullable String message) {
        String text = message == null ? "no reason was given" : message;
        return text.lines().findFirst().orElse("").strip();
    }

    @Command(
            name = "sandmill",
            description = "The command line of a running Sandmill.",
            mixinStandardHelpOptions = true)
    static final class Sandmill implements Runnable {
        @CommandLine.Spec
        private @Nullable CommandSpec spec;

        @Override
        public void run() {
            if (spec != null) {
                throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
            }
        }
    }
}
