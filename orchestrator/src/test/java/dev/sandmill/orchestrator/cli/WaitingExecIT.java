package dev.sandmill.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.RunningService;
import dev.sandmill.orchestrator.config.ServiceConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `./sandmill exec` says while its job cannot start.
class WaitingExecIT {
    /// Far below the wait of the command itself, far above what it may take.
    private static final Duration SOON = Duration.ofSeconds(15);

    @TempDir
    private Path home;

    /// The command beside the test, as its user sees it.
    private static final class Command implements AutoCloseable {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream errors = new ByteArrayOutputStream();
        final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
        private final Thread thread;

        Command(RunningService service, Path home, String... arguments) {
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

    @Test
    void aJobThatWaitsForDockerIsToldWithItsIdOnce() throws IOException {
        try (RedisServer redis = RedisServer.start();
                RunningService service = RunningService.start(
                        home, redis, Map.of("DOCKER_HOST", "tcp://127.0.0.1:1", "SANDMILL_ROLES", "api,execute"));
                Command exec = new Command(service, home, "exec", "-l", "python", "-c", "print(7)")) {
            Awaitility.await().atMost(SOON).until(() -> exec.errors().contains("\n"));
            String id = service.get("/v1/jobs").json().at("/jobs/0/id").asString();
            assertThat(exec.errors()).startsWith("sandmill: waiting: ").containsIgnoringCase("docker");
            assertThat(exec.errors().strip())
                    .endsWith("; the job is queued as " + id)
                    .doesNotContain("\n");
            assertThat(exec.exitCode).isNotDone();
        }
    }

    @Test
    void aRedisThatStaysFrozenEndsTheCommandAndTheServiceComesBackByItself() throws IOException {
        try (RedisServer redis = RedisServer.start();
                RunningService service = RunningService.start(home, redis, Map.of("SANDMILL_ROLES", "api,execute"))) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> service.get("/readyz").status() == 200);
            redis.pause();
            try (Command exec = new Command(service, home, "exec", "-l", "python", "-c", "print(7)")) {
                assertThat(exec.exitCode).succeedsWithin(SOON).isEqualTo(CommandLineClient.LATER);
                assertThat(exec.errors().lines().toList())
                        .hasSizeLessThanOrEqualTo(2)
                        .last(STRING)
                        .isEqualTo("sandmill: gave up after 5 s: Redis does not answer right now; try again");
                Awaitility.await()
                        .atMost(SOON)
                        .until(() -> service.get("/readyz").status() == 503);
                assertThat(service.get("/livez").status()).isEqualTo(200);
            } finally {
                redis.resume();
            }
            Awaitility.await().atMost(SOON).until(() -> service.get("/readyz").status() == 200);
            try (Command exec = new Command(service, home, "exec", "-l", "python", "-c", "print(7)")) {
                assertThat(exec.exitCode.join()).as(exec.errors()).isZero();
            }
        }
    }

    @Test
    void aRedisThatIsFrozenIsToldAndTheJobRunsOnceWhenItIsBack() throws IOException {
        try (RedisServer redis = RedisServer.start();
                RunningService service = RunningService.start(home, redis, Map.of("SANDMILL_ROLES", "api,execute"))) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> service.get("/readyz").status() == 200);
            redis.pause();
            try (Command exec = new Command(service, home, "exec", "-l", "python", "-c", "print(7)")) {
                Awaitility.await().atMost(SOON).until(() -> exec.errors().contains("\n"));
                redis.resume();
                assertThat(exec.errors()).startsWith("sandmill: waiting: Redis does not answer");
                assertThat(exec.exitCode.join()).as(exec.errors()).isZero();
                assertThat(exec.out.toString(StandardCharsets.UTF_8)).isEqualTo("7\n");
                assertThat(exec.errors().strip().lines()).hasSize(1);
                assertThat(service.get("/v1/jobs").json().get("jobs")).hasSize(1);
            }
        }
    }
}
