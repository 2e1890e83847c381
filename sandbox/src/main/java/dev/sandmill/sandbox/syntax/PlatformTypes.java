package dev.sandmill.sandbox.syntax;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The types of the Java platform, asked of the runtime's own image, each package once. Thread-safe; holds no more than
/// the platform's packages.
final class PlatformTypes {
    /// As all of the platform's are; anything else comes from a program and is no path to look for.
    private static final Pattern PACKAGE = Pattern.compile("[a-z]\\w*(\\.[a-z]\\w*){0,9}");

    private static final String ENDING = ".class";

    private final FileSystem image = FileSystems.getFileSystem(URI.create("jrt:/"));
    private final Map<String, Set<String>> typesByPackage = new ConcurrentHashMap<>();

    boolean has(String packageName, String type) {
        Set<String> known = typesByPackage.get(packageName);
        if (known == null) {
            known = types(packageName);
            if (!known.isEmpty()) {
                typesByPackage.put(packageName, known);
            }
        }
        return known.contains(type);
    }

    private Set<String> types(String packageName) {
        if (!PACKAGE.matcher(packageName).matches()) {
            return Set.of();
        }
        Path modules = image.getPath("/packages", packageName);
        if (!Files.isDirectory(modules)) {
            return Set.of();
        }
        Set<String> types = new HashSet<>();
        try {
            for (Path module : listed(modules)) {
                Path folder = image.getPath("/modules", lastName(module), packageName.replace('.', '/'));
                for (Path file : Files.isDirectory(folder) ? listed(folder) : List.<Path>of()) {
                    String name = lastName(file);
                    if (name.endsWith(ENDING)) {
                        types.add(name.substring(0, name.length() - ENDING.length()));
                    }
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException("the Java runtime cannot list the package " + packageName, broken);
        }
        return Set.copyOf(types);
    }

    private static String lastName(Path path) {
        String text = path.toString();
        return text.substring(text.lastIndexOf('/') + 1);
    }

    private static List<Path> listed(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }
}
