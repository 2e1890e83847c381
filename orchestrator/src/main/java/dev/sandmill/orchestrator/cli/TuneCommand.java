package dev.sandmill.orchestrator.cli;

import dev.sandmill.api.client.SandmillClient;
import dev.sandmill.api.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./sandmill tune`: measures the running service at several settings with real work, shows the curves, and proposes
/// or sets the best. Its old values are back afterwards, also when it is interrupted.
@Command(
        name = "tune",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures how much at a time does the most, and proposes it.")
final class TuneCommand implements Callable<Integer> {
    private static final int LEAST_COLUMNS = 20;
    private static final int USUAL_COLUMNS = 80;

    private final Connection connection;
    private final Terminal terminal;
    private final Map<String, String> environment;

    @Option(names = "--execute", description = "sweep only the programs that run at a time")
    private boolean onlyExecute;

    @Option(names = "--embedding", description = "sweep only the embeddings: texts at a time, tokens of a call")
    private boolean onlyEmbedding;

    @Option(names = "--seconds", paramLabel = "N", description = "for each point, 1 to 60; 3 when left out")
    private int seconds = 3;

    @Option(
            names = {"-l", "--language"},
            paramLabel = "LANG",
            description = "of the program; python when left out")
    private String language = "python";

    @Option(
            names = {"-c", "--code"},
            paramLabel = "CODE",
            description = "the program; one that prints when left out")
    private String code = "print(sum(range(1000)))";

    @Option(names = "--apply", description = "set what is best, instead of restoring what was")
    private boolean apply;

    @Option(names = "--json", description = "print what was measured as JSON")
    private boolean json;

    TuneCommand(Connection connection, Terminal terminal, Map<String, String> environment) {
        this.connection = connection;
        this.terminal = terminal;
        this.environment = environment;
    }

    /// What `--json` prints.
    record Measured(List<Sweep> sweeps, Map<String, Long> before, Map<String, Long> proposed, boolean applied) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (seconds < 1 || seconds > 60) {
            throw new BadUsage("--seconds has to be from 1 to 60, not " + seconds);
        }
        boolean both = onlyExecute == onlyEmbedding;
        Duration time = Duration.ofSeconds(seconds);
        try (SandmillClient client = connection.open();
                TunedService service = new TunedService(client)) {
            List<Sweep> sweeps = new ArrayList<>();
            if (both || onlyExecute) {
                ExecuteSweep sweep = new ExecuteSweep(client, service, ExecuteSweep.program(language, code), time);
                sweeps.add(shown(sweep.run(terminal::progress), List.of(ExecuteSweep.SLOTS)));
            }
            if (both || onlyEmbedding) {
                try (EmbeddingSweep sweep =
                        new EmbeddingSweep(client, service, time, Files.createTempDirectory("sandmill-tune"))) {
                    sweeps.add(shown(
                            sweep.run(terminal::progress),
                            List.of(EmbeddingSweep.PARALLELISM, EmbeddingSweep.BATCH_TOKENS)));
                }
            }
            Map<String, Long> proposed = new TreeMap<>();
            sweeps.forEach(sweep -> sweep.best().ifPresent(best -> proposed.putAll(best.settings())));
            if (apply) {
                service.keep(proposed);
            }
            tell(sweeps, service.before().values(), proposed);
            return 0;
        }
    }

    private Sweep shown(Sweep sweep, List<String> settings) {
        if (!json) {
            sweep.lines(settings, columns()).forEach(terminal::print);
            terminal.print("");
        }
        return sweep;
    }

    private int columns() {
        String told = environment.getOrDefault("COLUMNS", "");
        return told.matches("\\d{1,4}") ? Math.max(LEAST_COLUMNS, Integer.parseInt(told)) : USUAL_COLUMNS;
    }

    private void tell(List<Sweep> sweeps, Map<String, Long> before, Map<String, Long> proposed) {
        if (json) {
            terminal.print(new StrictJson().write(new Measured(sweeps, new TreeMap<>(before), proposed, apply)));
            return;
        }
        proposed.forEach((name, value) -> terminal.print(
                name + " " + value + (value.equals(before.get(name)) ? " (as it is)" : ", was " + before.get(name))));
        terminal.print(apply ? "applied" : "nothing was changed; --apply sets it");
    }
}
