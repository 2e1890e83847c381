package dev.sandmill.docker;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Bash with the launcher's parts loaded, an instance folder of its own and a shared folder of its own.
final class Shell {
    private final Path state;

    Shell(Path state) {
        this.state = state;
    }

    /// What a script left: its exit code and everything it wrote.
    record Result(int exitCode, String out, String err) {}

    /// The repository's root, seen from this module's folder or from the root itself.
    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("sandmill")) ? here : here.getParent();
    }

    /// Runs the script after all parts are sourced; `$1`… are the arguments.
    Result run(String script, String... arguments) {
        return run(Map.of(), script, arguments);
    }

    Result run(Map<String, String> environment, String script, String... arguments) {
        return finish(start(environment, script, arguments));
    }

    Process start(Map<String, String> environment, String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "bash",
                "-c",
                "set -euo pipefail; source \"$0/docker/setup/all.sh\"; SHARED_DIR=\"$STATE_DIR/shared\"\n" + script,
                root().toString()));
        command.addAll(List.of(arguments));
        return start(environment, command);
    }

    /// Runs the launcher itself as a user would.
    Result launcher(Map<String, String> environment, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(root().resolve("sandmill").toString()));
        command.addAll(List.of(arguments));
        return finish(start(environment, command));
    }

    private Process start(Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(state.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SANDMILL_") || name.equals("REDIS_URL"));
        builder.environment().put("SANDMILL_HOME", state.toString());
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Result finish(Process process) {
        CompletableFuture<String> out = text(process.getInputStream());
        CompletableFuture<String> err = text(process.getErrorStream());
        try {
            process.getOutputStream().close();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the script did not end within 60 s");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return new Result(process.exitValue(), out.join(), err.join());
    }

    private static CompletableFuture<String> text(InputStream stream) {
        return CompletableFuture.supplyAsync(() -> {
            try (stream) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
