package dev.sandmill.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Docker goes away and comes back, and nobody has to restart anything.
class DockerAwayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String JOB = """
            {"kind":"execute","execute":{"language":"python","source":"print(7)","cache":"off"}}""";

    @TempDir
    Path home;

    @Test
    void jobsWaitWhileDockerIsAwayAndRunWhenItIsBackWithoutABurntAttempt() throws Exception {
        try (RedisServer redis = RedisServer.start();
                SocketGate docker = new SocketGate("/var/run/docker.sock");
                RunningService service = RunningService.start(
                        home, redis, Map.of("DOCKER_HOST", docker.dockerHost(), "SANDMILL_ROLES", "api,execute"))) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> service.get("/readyz").text().contains("\"docker\":\"down\""));
            assertThat(service.get("/readyz").status()).isEqualTo(503);
            assertThat(service.get("/v1/status").json().get("status").asString())
                    .isEqualTo("degraded");
            String early = service.post("/v1/jobs", JOB).json().get("id").asString();

            docker.open();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> service.get("/readyz").status() == 200);
            assertDone(service, early);

            docker.shut();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> service.get("/readyz").status() == 503);
            String late = service.post("/v1/jobs", JOB).json().get("id").asString();
            assertThat(service.get("/v1/jobs/" + late).json().get("state").asString())
                    .isEqualTo("queued");

            docker.open();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> service.get("/readyz").status() == 200);
            assertDone(service, late);
        }
    }

    private static void assertDone(RunningService service, String id) {
        JsonNode job = service.get("/v1/jobs/" + id + "?wait=60000").json();
        assertThat(job.get("state").asString()).as(job.toString()).isEqualTo("done");
        assertThat(job.get("outcome").get("stdout").asString())
                .as(job.toString())
                .isEqualTo("7\n");
        assertThat(job.get("attempt").asInt()).isEqualTo(1);
    }
}
