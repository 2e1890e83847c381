package dev.sandmill.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The service's source, for what the files around it say of it.
final class ServiceCode {
    private final String text;

    private ServiceCode(String text) {
        this.text = text;
    }

    static ServiceCode read() throws IOException {
        try (Stream<Path> sources = Files.walk(Shell.root().resolve("orchestrator/src/main/java"))) {
            return new ServiceCode(sources.filter(file -> file.toString().endsWith(".java"))
                    .map(ServiceCode::text)
                    .collect(Collectors.joining("\n")));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// Whether the variable is read somewhere. OpenTelemetry reads its own.
    boolean reads(String variable) {
        return variable.startsWith("OTEL_") || text.contains("\"" + variable + "\"");
    }
}
