package dev.sandmill.orchestrator.cli;

import dev.sandmill.orchestrator.config.ServiceConfig;
import dev.sandmill.orchestrator.git.FetchProcesses;
import dev.sandmill.orchestrator.git.GitFailure;
import dev.sandmill.orchestrator.git.Mirror;
import dev.sandmill.orchestrator.git.MirrorConfig;
import dev.sandmill.orchestrator.git.Mirrors;
import dev.sandmill.orchestrator.git.RefusedRemote;
import dev.sandmill.orchestrator.git.Remote;
import dev.sandmill.orchestrator.git.RemotePolicy;
import dev.sandmill.orchestrator.index.DryRun;
import dev.sandmill.orchestrator.index.IndexBounds;
import dev.sandmill.vectorizer.SourceSurvey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `./sandmill index --dry-run`: what indexing would read and cost. Asks no service and leaves nothing behind.
final class DryRunOfIndex {
    private static final double MILLION = 1_000_000;

    private final ServiceConfig config;
    private final Terminal terminal;

    DryRunOfIndex(ServiceConfig config, Terminal terminal) {
        this.config = config;
        this.terminal = terminal;
    }

    /// @param branch null for the remote's default one
    /// @param price US dollars for a million tokens; null where the model costs nothing
    int run(String url, @Nullable String branch, @Nullable Double price, boolean json)
            throws IOException, InterruptedException {
        RemotePolicy policy = new RemotePolicy(config.gitHosts(), List.of(), config.home());
        Path folder = Files.createTempDirectory("sandmill-dry-run-");
        try {
            Remote remote = policy.check(url, true);
            terminal.progress("reading the repository …");
            try (FetchProcesses processes = FetchProcesses.open();
                    Mirror mirror = new Mirrors(MirrorConfig.in(folder), policy, processes)
                            .fetch("dry-run", "dry-run", remote)) {
                String followed = branch == null ? mirror.defaultBranch().orElse("") : branch;
                String commit = mirror.head(followed)
                        .orElseThrow(() -> new BadUsage(
                                followed.isEmpty()
                                        ? "the repository has no commits yet"
                                        : "the remote has no branch \"" + followed + "\""));
                DryRun.Report report = new DryRun(
                                SourceSurvey.open(IndexBounds.DEFAULT.maxFileBytes()), IndexBounds.DEFAULT)
                        .of(mirror, commit, (phase, done, total, chunks) -> {
                            if (done % 20 == 0) {
                                terminal.progress(phase + " " + done + "/" + total + " files, " + chunks + " chunks");
                            }
                        });
                mirror.walked().ifPresent(why -> terminal.error(Terminal.harmless(why)));
                if (json) {
                    terminal.print(asJson(report, price));
                } else {
                    show(report, price);
                }
                return report.failed().isEmpty() ? 0 : 1;
            }
        } catch (RefusedRemote refused) {
            throw new BadUsage("the location " + refused.getMessage());
        } catch (GitFailure failed) {
            terminal.error(Terminal.harmless(String.valueOf(failed.getMessage())));
            return CommandLineClient.REFUSED;
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    private void show(DryRun.Report report, @Nullable Double price) {
        DryRun.Amount total = report.total();
        terminal.print("dry run of commit " + report.commit().substring(0, 12) + ": nothing was embedded or stored");
        terminal.print("  files   " + report.seen() + " seen, " + total.files() + " to index, "
                + report.skipped().size() + " skipped, " + report.failed().size() + " failed");
        terminal.print("  bytes   " + total.bytes());
        terminal.print("  chunks  " + total.chunks());
        terminal.print("  tokens  " + total.tokens() + " of all-MiniLM-L6-v2");
        if (price != null) {
            terminal.print(String.format(
                    Locale.ROOT,
                    "  cost    about %.4f USD at %s USD per million tokens, if nothing is cached",
                    cost(total, price),
                    price));
        }
        report.languages()
                .forEach((language, amount) -> terminal.print(String.format(
                        Locale.ROOT,
                        "  %-12s %8d files %10d bytes %8d chunks %10d tokens",
                        language,
                        amount.files(),
                        amount.bytes(),
                        amount.chunks(),
                        amount.tokens())));
        for (Map.Entry<String, Long> reason : report.skippedByReason().entrySet()) {
            terminal.print("  skipped as " + reason.getKey() + ": " + reason.getValue());
            report.skipped().stream()
                    .filter(file -> file.reason().equals(reason.getKey()))
                    .forEach(file -> terminal.print("    " + Terminal.harmless(file.path())));
        }
        report.failed().forEach(file -> terminal.error(Terminal.harmless(file.path() + ": " + file.reason())));
    }

    private static String asJson(DryRun.Report report, @Nullable Double price) {
        JsonMapper mapper = JsonMapper.builder().build();
        ObjectNode root = mapper.createObjectNode();
        DryRun.Amount total = report.total();
        root.put("commit", report.commit());
        root.put("seen", report.seen());
        put(root.putObject("total"), total);
        if (price != null) {
            root.put("costUsd", cost(total, price));
        }
        ObjectNode languages = root.putObject("languages");
        report.languages().forEach((language, amount) -> put(languages.putObject(language), amount));
        put(root.putArray("skipped"), report.skipped());
        put(root.putArray("failed"), report.failed());
        return mapper.writeValueAsString(root);
    }

    private static void put(ObjectNode node, DryRun.Amount amount) {
        node.put("files", amount.files());
        node.put("bytes", amount.bytes());
        node.put("chunks", amount.chunks());
        node.put("tokens", amount.tokens());
    }

    private static void put(ArrayNode list, List<DryRun.LeftOut> files) {
        files.forEach(file -> list.addObject().put("path", file.path()).put("reason", file.reason()));
    }

    private static double cost(DryRun.Amount total, double price) {
        return total.tokens() / MILLION * price;
    }
}
