package dev.sandmill.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A folder that is deleted with all that is in it.
record TemporaryFolder(Path path) implements AutoCloseable {
    static TemporaryFolder create() throws IOException {
        return new TemporaryFolder(Files.createTempDirectory("sandmill-bench"));
    }

    static TemporaryFolder createIn(Path parent) throws IOException {
        return new TemporaryFolder(Files.createTempDirectory(Files.createDirectories(parent), "sandmill-bench"));
    }

    @Override
    public void close() throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(path)) {
            deepestFirst = all.toList().reversed();
        }
        for (Path file : deepestFirst) {
            Files.delete(file);
        }
    }
}
