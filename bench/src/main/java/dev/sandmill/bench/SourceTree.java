package dev.sandmill.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// A tree of real source files out of what a build machine has: per ten files about one each of Python, C headers,
/// JavaScript and Perl from `/usr`, as far as there are so many, and the rest Java from the JDK's `src.zip`. The same
/// machine gives the same tree: of each kind the files are taken evenly over their sorted paths.
final class SourceTree {
    private static final long MAX_BYTES = 24_000;
    private static final List<Kind> KINDS = List.of(
            new Kind("python", ".py", 0.18, List.of("/usr/lib/python3.11", "/usr/lib/python3", "/usr/share")),
            new Kind("c", ".h", 0.12, List.of("/usr/include")),
            new Kind("javascript", ".js", 0.08, List.of("/usr/lib/node_modules", "/usr/share/nodejs")),
            new Kind("perl", ".pm", 0.06, List.of("/usr/share/perl", "/usr/share/perl5")));

    private record Kind(String folder, String extension, double share, List<String> places) {}

    private SourceTree() {}

    /// Writes so many files below a folder.
    static void write(Path folder, int files) throws IOException {
        int written = 0;
        for (Kind kind : KINDS) {
            List<Path> chosen = evenly(found(kind), (int) (files * kind.share()));
            for (Path file : chosen) {
                Path target = folder.resolve(kind.folder() + file);
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
            written += chosen.size();
        }
        writeJava(folder.resolve("java"), files - written);
    }

    private static List<Path> found(Kind kind) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String place : kind.places()) {
            Path root = Path.of(place);
            if (Files.isDirectory(root)) {
                try (Stream<Path> all = Files.walk(root)) {
                    all.filter(path -> path.toString().endsWith(kind.extension()))
                            .filter(Files::isRegularFile)
                            .filter(Files::isReadable)
                            .filter(path ->
                                    path.toFile().length() > 0 && path.toFile().length() < MAX_BYTES)
                            .sorted()
                            .forEach(found::add);
                }
            }
        }
        return found;
    }

    private static void writeJava(Path folder, int files) throws IOException {
        Path sources = Path.of(System.getProperty("java.home"), "lib", "src.zip");
        if (!Files.isReadable(sources)) {
            throw new IOException("the JDK in " + System.getProperty("java.home") + " has no lib/src.zip");
        }
        try (ZipFile zip = new ZipFile(sources.toFile())) {
            List<? extends ZipEntry> all = zip.stream()
                    .filter(entry -> entry.getName().endsWith(".java") && entry.getSize() < MAX_BYTES)
                    .sorted(Comparator.comparing(ZipEntry::getName))
                    .toList();
            List<? extends ZipEntry> chosen = evenly(all, files);
            if (chosen.size() < files) {
                throw new IOException("this machine has not enough source files for a tree of that size");
            }
            for (ZipEntry entry : chosen) {
                Path target = folder.resolve(entry.getName());
                Files.createDirectories(target.getParent());
                try (InputStream content = zip.getInputStream(entry)) {
                    Files.copy(content, target);
                }
            }
        }
    }

    private static <T> List<T> evenly(List<T> all, int count) {
        if (all.size() <= count) {
            return all;
        }
        List<T> chosen = new ArrayList<>(count);
        for (int at = 0; at < count; at++) {
            chosen.add(all.get((int) ((long) at * all.size() / count)));
        }
        return chosen;
    }
}
