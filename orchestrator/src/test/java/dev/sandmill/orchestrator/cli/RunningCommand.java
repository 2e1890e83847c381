package dev.sandmill.orchestrator.cli;

import dev.sandmill.orchestrator.RunningService;
import dev.sandmill.orchestrator.config.ServiceConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// The command beside the test, as its user sees it.
final class RunningCommand implements AutoCloseable {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final Thread thread;

    RunningCommand(RunningService service, Path home, String... arguments) {
        Map<String, String> environment = new HashMap<>(RunningService.environment(
                home,
                service.uri("/"),
                Map.of("SANDMILL_PORT", Integer.toString(service.uri("/").getPort()))));
        environment.remove("REDIS_URL");
        ServiceConfig config = ServiceConfig.from(environment);
        thread = Thread.ofPlatform()
                .start(() -> exitCode.complete(CommandLineClient.run(
                        config,
                        environment,
                        arguments,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(errors, true, StandardCharsets.UTF_8))));
    }

    String errors() {
        return errors.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        thread.interrupt();
        exitCode.join();
    }
}
