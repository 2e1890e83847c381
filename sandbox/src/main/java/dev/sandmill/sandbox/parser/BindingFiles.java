package dev.sandmill.sandbox.parser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.treesitter.TSParser;

/// The shared libraries that the Java binding carries in its jars, unpacked once for all spare parsers of this process:
/// each unpacking its own would leave them behind when it is killed.
final class BindingFiles {
    private static final List<String> LANGUAGES = List.of("python", "javascript", "typescript", "bash");

    private BindingFiles() {}

    /// Tree-sitter itself first, then the grammars by their names.
    static Map<String, Path> unpack() {
        try {
            Path folder = Files.createTempDirectory("sandmill-parser");
            folder.toFile().deleteOnExit();
            Map<String, Path> files = new LinkedHashMap<>();
            files.put("tree-sitter", unpack("tree-sitter", folder));
            for (String language : LANGUAGES) {
                files.put(language, unpack("tree-sitter-" + language, folder));
            }
            return files;
        } catch (IOException failed) {
            throw new UncheckedIOException("the parser's libraries cannot be unpacked", failed);
        }
    }

    private static Path unpack(String library, Path folder) throws IOException {
        String resource = "lib/" + platform(library);
        Path file = folder.resolve(library);
        try (InputStream packed = TSParser.class.getClassLoader().getResourceAsStream(resource)) {
            if (packed == null) {
                throw new IOException(resource + " is not in the binding: there is no parser for this platform");
            }
            file.toFile().deleteOnExit();
            Files.copy(packed, file);
        }
        return file;
    }

    private static String platform(String library) {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String prefix = processor.contains("aarch64") ? "aarch64" : "x86_64";
        return system.contains("mac")
                ? prefix + "-macos-" + library + ".dylib"
                : prefix + "-linux-gnu-" + library + ".so";
    }
}
