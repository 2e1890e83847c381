package dev.sandmill.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.RunningService;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `./sandmill exec` says while its job cannot start.
class WaitingExecIT {
    /// Far below the wait of the command itself, far above what it may take.
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    private Path home;

    @Test
    void aJobThatWaitsForDockerIsToldWithItsIdOnce() throws IOException {
        try (RedisServer redis = RedisServer.start();
                RunningService service = RunningService.start(
                        home, redis, Map.of("DOCKER_HOST", "tcp://127.0.0.1:1", "SANDMILL_ROLES", "api,execute"));
                RunningCommand exec = new RunningCommand(service, home, "exec", "-l", "python", "-c", "print(7)")) {
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
            try (RunningCommand exec = new RunningCommand(service, home, "exec", "-l", "python", "-c", "print(7)")) {
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
            try (RunningCommand exec = new RunningCommand(service, home, "exec", "-l", "python", "-c", "print(7)")) {
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
            try (RunningCommand exec = new RunningCommand(service, home, "exec", "-l", "python", "-c", "print(7)")) {
                Awaitility.await().atMost(SOON).until(() -> exec.errors().contains("\n"));
                redis.resume();
                assertThat(exec.errors()).startsWith("sandmill: waiting: Redis does not answer");
                // On a machine that is busy enough the five seconds are over before the service is back.
                if (exec.exitCode.join() != CommandLineClient.LATER) {
                    assertThat(exec.exitCode.join()).as(exec.errors()).isZero();
                    assertThat(exec.out.toString(StandardCharsets.UTF_8)).isEqualTo("7\n");
                    assertThat(exec.errors().strip().lines()).hasSize(1);
                    assertThat(service.get("/v1/jobs").json().get("jobs")).hasSize(1);
                }
                Awaitility.await()
                        .atMost(SOON)
                        .until(() -> service.get("/readyz").status() == 200);
                assertThat(service.get("/v1/jobs").json().get("jobs")).hasSizeLessThanOrEqualTo(1);
            }
        }
    }
}
