package dev.sandmill.orchestrator.cli;

import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.api.Job;
import dev.sandmill.api.JobId;
import dev.sandmill.api.Limits;
import dev.sandmill.api.RegisteredRepository;
import dev.sandmill.api.client.ReceivedEvent;
import dev.sandmill.api.client.SandmillClient;
import dev.sandmill.api.client.SandmillProblem;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.orchestrator.config.ServiceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `./sandmill index`: registers a repository, or takes the one of that name, and waits until it is searchable.
@Command(
        name = "index",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Makes a git repository searchable.")
final class IndexCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Connection connection;
    private final ServiceConfig config;
    private final Terminal terminal;
    private final JsonMapper mapper = JsonMapper.builder().build();

    @Parameters(paramLabel = "PATH_OR_URL", description = "a git repository on this machine, or its URL")
    private String location = "";

    @Option(names = "--name", paramLabel = "NAME", description = "what to call it; its folder's name when left out")
    private @Nullable String name;

    @Option(names = "--branch", paramLabel = "B", description = "the branch to follow; its default one when left out")
    private @Nullable String branch;

    @Option(names = "--json", description = "print the outcome as JSON")
    private boolean json;

    @Option(
            names = "--dry-run",
            description = "read and count only: files, bytes, chunks, tokens, and each file left out with its reason")
    private boolean dryRun;

    @Option(
            names = "--price",
            paramLabel = "USD",
            description = "with --dry-run: what a million tokens cost at a paid endpoint; prints the cost")
    private @Nullable Double price;

    IndexCommand(Connection connection, ServiceConfig config, Terminal terminal) {
        this.connection = connection;
        this.config = config;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        String url = url();
        if (price != null && (!dryRun || !(price >= 0 && price <= 1_000_000))) {
            throw new BadUsage("--price goes with --dry-run and has to be from 0 to 1000000, not " + price);
        }
        if (dryRun) {
            return new DryRunOfIndex(config, terminal).run(url, branch, price, json);
        }
        String repository = name == null ? nameOf(url) : name;
        try (SandmillClient client = connection.open()) {
            JobId job = startRun(client, repository, url);
            client.events(job, 0, this::onEvent);
            Job finished = client.job(job, PATIENCE);
            if (!(finished.outcome() instanceof Indexed indexed)) {
                terminal.error("job " + job + " is " + finished.state() + " and has no index outcome");
                return CommandLineClient.REFUSED;
            }
            show(repository, indexed);
            return indexed.status() == IndexStatus.OK ? 0 : 1;
        }
    }

    private JobId startRun(SandmillClient client, String repository, String url) throws InterruptedException {
        try {
            RegisteredRepository made = client.createRepository(repository, url, branch);
            return new JobId(String.valueOf(made.jobId()));
        } catch (SandmillProblem problem) {
            if (problem.status() != 409) {
                throw problem;
            }
        }
        RegisteredRepository known = client.repository(repository);
        if (!known.url().equals(url)) {
            throw new BadUsage(
                    "the name '" + repository + "' belongs to " + known.url() + "; give another with --name");
        }
        if (branch != null && !branch.equals(known.branch())) {
            throw new BadUsage("'" + repository + "' follows branch " + known.branch() + "; give another --name");
        }
        return client.indexRepository(repository, null, false).id();
    }

    private void onEvent(ReceivedEvent event) {
        if (event.type().equals("progress")) {
            JsonNode data = mapper.readTree(event.dataJson());
            long done = data.path("filesDone").asLong(0);
            long total = data.path("filesTotal").asLong(0);
            terminal.progress(bar(done, total) + " " + done + "/" + total + " files, "
                    + data.path("chunks").asLong(0) + " chunks");
        } else if (event.type().equals("started")) {
            terminal.progress("reading the repository …");
        }
    }

    private static String bar(long done, long total) {
        int width = 30;
        int full = total == 0 ? 0 : (int) Math.min(width, width * done / total);
        return "[" + "█".repeat(full) + "░".repeat(width - full) + "]";
    }

    private void show(String repository, Indexed indexed) {
        if (json) {
            terminal.print(new JobJson(Limits.DEFAULT, Limits.DEFAULT).writeOutcome(indexed));
            return;
        }
        Indexed.Files files = indexed.files();
        Indexed.Chunks chunks = indexed.chunks();
        String commit = indexed.commit() == null ? "no commit" : indexed.commit();
        terminal.print(repository + " " + commit.substring(0, Math.min(12, commit.length())) + ": "
                + indexed.status().name().toLowerCase(java.util.Locale.ROOT) + " in " + indexed.durationMillis()
                + " ms");
        terminal.print("  files   " + files.seen() + " seen, " + files.changed() + " changed, " + files.skipped()
                + " skipped, " + files.failed() + " failed");
        terminal.print("  chunks  " + chunks.total() + " in changed files: " + chunks.embedded() + " embedded, "
                + chunks.reused() + " reused; " + chunks.deleted() + " deleted");
        if (indexed.message() != null) {
            terminal.error(Terminal.harmless(indexed.message()));
        }
        for (Indexed.Failure failure : indexed.failures()) {
            terminal.error(Terminal.harmless(failure.path() + ": " + failure.reason()));
        }
    }

    private String url() {
        if (location.contains("://")) {
            return location;
        }
        Path path = Path.of(location);
        if (!Files.isDirectory(path)) {
            throw new BadUsage(
                    "there is no folder " + location + "; give a folder, or a URL like https://host/repo.git");
        }
        try {
            return path.toRealPath().toString();
        } catch (IOException unreadable) {
            throw new BadUsage("can not read " + location + ": " + unreadable.getMessage());
        }
    }

    private static String nameOf(String url) {
        String trimmed = url.replaceAll("/+$", "").replaceAll("\\.git$", "");
        String last = trimmed.substring(trimmed.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "-");
        return last.isEmpty() ? "repository" : last;
    }
}
