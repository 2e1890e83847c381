package dev.sandmill.sandbox.parser;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A program that parses: the one that the set-up compiled, or the spare one, a small JVM with the grammars of the Java
/// binding, which runs wherever this does and takes three times as long.
///
/// @param environment nothing of the service's own
record ParserProgram(String name, List<String> command, Map<String, String> environment) {
    /// Names the compiled program's file.
    static final String PROPERTY = "sandmill.parser";

    /// Of one parse; the compiled program keeps to it by the byte, for the spare one it bounds what the JVM may add.
    static final int MAX_MEBIBYTES = 512;

    /// Of processor time, for one parse.
    static final int MAX_CPU_MILLIS = 2_000;

    /// Null where there is none at that place.
    static @Nullable ParserProgram compiled(@Nullable String file) {
        if (file == null || file.isBlank() || !Files.isExecutable(Path.of(file))) {
            return null;
        }
        return new ParserProgram(
                file, List.of(file, Integer.toString(MAX_MEBIBYTES), Integer.toString(MAX_CPU_MILLIS)), Map.of());
    }

    static ParserProgram spare() {
        return SpareParser.program();
    }

    Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }
}
