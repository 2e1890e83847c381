package dev.sandmill.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A [SourceTree] in a git repository, and what people do to one.
record GitTree(Path folder, long bytes) {
    /// Git would pack so many new files in the background, beside what is measured.
    private static final List<String> SETTINGS = List.of(
            "user.name=bench",
            "user.email=bench@example.org",
            "core.autocrlf=false",
            "gc.auto=0",
            "maintenance.auto=false");

    static GitTree make(Path folder, int files) throws IOException, InterruptedException {
        SourceTree.write(folder, files);
        GitTree tree = new GitTree(folder, size(folder));
        tree.git("init", "-q", "-b", "main");
        tree.commit("first");
        return tree;
    }

    private static long size(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    /// Adds a function, which no other tree has, to so many files.
    void edit(int count) throws IOException, InterruptedException {
        List<Path> files = below("python");
        for (int at = 0; at < count; at++) {
            Files.writeString(
                    files.get(at * 7 % files.size()),
                    "\n\ndef added_to_" + folder.getFileName() + "_by_an_edit_" + at
                            + "(value):\n    \"\"\"Doubles a value.\"\"\"\n    return 2 * value\n",
                    StandardOpenOption.APPEND);
        }
        commit("edit");
    }

    void rename(String from, String to) throws IOException, InterruptedException {
        git("mv", from, to);
        commit("rename");
    }

    void revert() throws IOException, InterruptedException {
        git("revert", "--no-edit", "HEAD");
    }

    /// A branch on which so many files differ; its commit.
    String branch(String name, int count) throws IOException, InterruptedException {
        git("checkout", "-q", "-b", name);
        List<Path> files = below("java");
        for (int at = 0; at < count; at++) {
            Files.writeString(
                    files.get(at * 13 % files.size()), "\n// Changed on a branch.\n", StandardOpenOption.APPEND);
        }
        commit("on a branch");
        String commit = git("rev-parse", "HEAD");
        git("checkout", "-q", "main");
        return commit;
    }

    String main() throws IOException, InterruptedException {
        return git("rev-parse", "main");
    }

    /// Every line of every file below a folder ends as on Windows.
    void carriageReturns(String below) throws IOException, InterruptedException {
        for (Path file : below(below)) {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            Files.writeString(file, text.replace("\r\n", "\n").replace("\n", "\r\n"), StandardCharsets.ISO_8859_1);
        }
        commit("line ends");
    }

    private List<Path> below(String name) throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve(name))) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private void commit(String message) throws IOException, InterruptedException {
        git("add", "-A");
        git("commit", "-q", "-m", message);
    }

    private String git(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        for (String setting : SETTINGS) {
            command.addAll(List.of("-c", setting));
        }
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + output);
        }
        return output.strip();
    }
}
