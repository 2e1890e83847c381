package dev.sandmill.orchestrator.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;

/// A git repository of functions that nobody wrote: each time all of them others, of a usual length and usual words.
/// Thread-safe.
final class MadeUpRepository {
    private static final int FUNCTIONS_PER_FILE = 10;
    private static final List<String> WORDS = List.of(
            "account",
            "balance",
            "buffer",
            "cache",
            "channel",
            "client",
            "config",
            "cursor",
            "document",
            "element",
            "event",
            "factor",
            "field",
            "filter",
            "frame",
            "header",
            "index",
            "invoice",
            "item",
            "key",
            "limit",
            "line",
            "message",
            "node",
            "offset",
            "order",
            "packet",
            "page",
            "parser",
            "path",
            "payment",
            "price",
            "queue",
            "record",
            "request",
            "response",
            "result",
            "row",
            "session",
            "stream",
            "symbol",
            "table",
            "token",
            "total",
            "user",
            "value",
            "vector",
            "window");

    private final Path folder;
    private final Random random = new Random();
    private boolean deleted;

    MadeUpRepository(Path folder) throws IOException {
        this.folder = folder;
        try (Git git = Git.init()
                .setDirectory(folder.toFile())
                .setInitialBranch("main")
                .call()) {
            git.getRepository().getConfig().setBoolean("commit", null, "gpgsign", false);
        } catch (GitAPIException failed) {
            throw new IOException("no git repository can be made in " + folder, failed);
        }
    }

    Path folder() {
        return folder;
    }

    /// Replaces everything, and commits.
    synchronized void write(int functions) throws IOException {
        if (deleted) {
            throw new IOException("the folder " + folder + " was given up");
        }
        try (Git git = Git.open(folder.toFile())) {
            for (Path old : files()) {
                Files.delete(old);
            }
            for (int file = 0; file * FUNCTIONS_PER_FILE < functions; file++) {
                StringBuilder source = new StringBuilder();
                for (int at = 0; at < FUNCTIONS_PER_FILE; at++) {
                    source.append(function());
                }
                Files.writeString(folder.resolve("module_" + file + ".py"), source);
            }
            git.add().addFilepattern(".").setAll(true).call();
            git.commit()
                    .setAuthor("sandmill", "tune@localhost")
                    .setCommitter("sandmill", "tune@localhost")
                    .setMessage("tune")
                    .setSign(false)
                    .call();
        } catch (GitAPIException failed) {
            throw new IOException("cannot commit to " + folder, failed);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(".py")).toList();
        }
    }

    private String function() {
        StringBuilder text = new StringBuilder();
        String name = word() + "_" + word() + "_" + Integer.toHexString(random.nextInt());
        text.append("def ")
                .append(name)
                .append("(")
                .append(word())
                .append(", ")
                .append(word())
                .append("):\n");
        text.append("    \"\"\"Returns the ")
                .append(word())
                .append(" of a ")
                .append(word())
                .append(".\"\"\"\n");
        for (int line = 0; line < 10; line++) {
            text.append("    ")
                    .append(word())
                    .append("_")
                    .append(line)
                    .append(" = self.")
                    .append(word())
                    .append(".get_");
            text.append(word())
                    .append("(")
                    .append(word())
                    .append(", ")
                    .append(random.nextInt(1000))
                    .append(")\n");
        }
        return text.append("    return ").append(word()).append("_9\n\n\n").toString();
    }

    private String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    synchronized void delete() throws IOException {
        deleted = true;
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
