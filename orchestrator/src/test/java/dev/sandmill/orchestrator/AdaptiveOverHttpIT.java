package dev.sandmill.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.RunningService.Answer;
import dev.sandmill.orchestrator.git.WorkingCopy;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The adaptive mode with real work whose best number at a time is known: an endpoint that works on six calls at once.
class AdaptiveOverHttpIT {
    private static final int PLACES = 6;

    @Test
    void findsHowManyCallsTheEndpointBearsAndGoesBackWhenItIsOff(@TempDir Path home, @TempDir Path folder)
            throws Exception {
        try (RedisServer redis = RedisServer.start();
                EmbeddingEndpoint endpoint = new EmbeddingEndpoint(PLACES, 25)) {
            Map<String, String> settings = new HashMap<>(endpoint.settings());
            settings.put("SANDMILL_ROLES", "api,index");
            settings.put("EMBED_PARALLELISM", "2");
            settings.put("EMBED_BATCH_SIZE", "1");
            WorkingCopy copy = WorkingCopy.init(folder);
            for (int file = 0; file < 1200; file++) {
                copy.write("f" + file + ".py", "def function_%d(v):\n    return v + %d\n".formatted(file, file));
            }
            copy.commit("first");
            try (RunningService service = RunningService.start(home, redis, settings)) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> service.get("/readyz").status() == 200);
                assertThat(service.get("/v1/status").json().get("adaptive").size())
                        .isZero();
                assertThat(parallelism(service)).isEqualTo(2);
                patch(service, "{\"adaptive\":true}");
                Answer made = service.post("/v1/repositories", "{\"name\":\"r\",\"url\":\"" + folder + "\"}");

                Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                    JsonNode found = service.get("/v1/status").json().at("/adaptive/0");
                    assertThat(found.path("name").asString("")).isEqualTo("parallelism");
                    assertThat(found.path("state").asString(""))
                            .as(found.toString())
                            .isEqualTo("holding");
                    assertThat(found.path("limit").asInt(0))
                            .as(found.toString())
                            .isBetween(PLACES - 1, PLACES + 2);
                    assertThat(parallelism(service))
                            .isEqualTo(found.path("limit").asInt(0));
                });
                service.delete("/v1/jobs/" + made.json().get("jobId").asString());
                assertThat(service.get("/v1/tuning").json().get("parallelism").asInt())
                        .isEqualTo(2);
                patch(service, "{\"adaptive\":false}");
                assertThat(parallelism(service)).isEqualTo(2);
                Awaitility.await()
                        .until(() ->
                                service.get("/v1/status").json().get("adaptive").size() == 0);
            }
        }
    }

    private static void patch(RunningService service, String body) {
        Answer changed = service.send(service.request("/v1/tuning")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(body))
                .setHeader("Content-Type", "application/json"));
        assertThat(changed.status()).as(changed.toString()).isEqualTo(200);
    }

    /// What is in force, as a scrape tells it.
    private static int parallelism(RunningService service) {
        return service.get("/actuator/prometheus")
                .text()
                .lines()
                .filter(line -> line.startsWith("sandmill_tuning_value{setting=\"parallelism\"}"))
                .map(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow();
    }
}
