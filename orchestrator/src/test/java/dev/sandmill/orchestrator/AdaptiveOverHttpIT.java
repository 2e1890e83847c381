package dev.sandmill.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.RunningService.Answer;
import dev.sandmill.orchestrator.git.WorkingCopy;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The adaptive mode with real work whose best numbers are known: an endpoint that works on so many calls at once, and
/// whose calls take longer from so many texts on. What is found is measured, and a busy machine has other best numbers:
/// whether it is the right one is asked with `-Dsandmill.knee=true` alone; the suite asks that something better than
/// the
/// worst is found, told and left behind.
class AdaptiveOverHttpIT {
    private static final int PLACES = 3;
    private static final int TEXTS = 4;
    private static final boolean EXACT = Boolean.getBoolean("sandmill.knee");

    @Test
    void findsHowManyCallsAndTextsTheEndpointBearsAndLeavesThemWhenItBearsFewer(
            @TempDir Path home, @TempDir Path folder) throws Exception {
        try (RedisServer redis = RedisServer.start();
                EmbeddingEndpoint endpoint = new EmbeddingEndpoint(PLACES, 30)) {
            endpoint.bear(TEXTS);
            Map<String, String> settings = new HashMap<>(endpoint.settings());
            settings.put("SANDMILL_ROLES", "api,index");
            settings.put("EMBED_PARALLELISM", "2");
            settings.put("EMBED_BATCH_SIZE", "1");
            WorkingCopy copy = WorkingCopy.init(folder);
            for (int file = 0; file < 500; file++) {
                StringBuilder functions = new StringBuilder();
                for (int number = 0; number < 20; number++) {
                    functions.append("def function_%d_%d(value):\n".formatted(file, number));
                    for (int line = 0; line < 60; line++) {
                        functions.append("    value = value * %d + %d\n".formatted(file + line, number));
                    }
                    functions.append("    return value\n\n\n");
                }
                copy.write("f" + file + ".py", functions.toString());
            }
            copy.commit("first");
            try (RunningService service = RunningService.start(home, redis, settings)) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> service.get("/readyz").status() == 200);
                assertThat(service.get("/v1/status").json().get("adaptive").size())
                        .isZero();
                assertThat(inForce(service, "parallelism")).isEqualTo(2);
                patch(service, "{\"adaptive\":true}");
                Answer made = service.post("/v1/repositories", "{\"name\":\"r\",\"url\":\"" + folder + "\"}");

                if (EXACT) {
                    awaitHolding(service, PLACES - 1, PLACES + 1, TEXTS - 1, TEXTS + 1);
                    endpoint.bear(1);
                    awaitHolding(service, PLACES - 1, PLACES + 1, 1, 2);
                } else {
                    Awaitility.await()
                            .atMost(Duration.ofSeconds(120))
                            .until(() -> changesOfTheMode(service).contains("batchSize"));
                    assertThat(inForce(service, "batchSize")).isGreaterThan(1);
                }

                service.delete("/v1/jobs/" + made.json().get("jobId").asString());
                assertThat(service.get("/v1/tuning").json().get("batchSize").asInt())
                        .isEqualTo(1);
                assertThat(changesOfTheMode(service)).contains("batchSize");
                patch(service, "{\"adaptive\":false}");
                assertThat(inForce(service, "parallelism")).isEqualTo(2);
                assertThat(inForce(service, "batchSize")).isEqualTo(1);
                Awaitility.await()
                        .until(() ->
                                service.get("/v1/status").json().get("adaptive").size() == 0);
            }
        }
    }

    private static void awaitHolding(
            RunningService service, int leastCalls, int mostCalls, int leastTexts, int mostTexts) {
        Awaitility.await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            JsonNode adaptive = service.get("/v1/status").json().get("adaptive");
            JsonNode calls = adaptive.path(0);
            JsonNode texts = adaptive.path(1);
            assertThat(calls.path("name").asString("")).isEqualTo("parallelism");
            assertThat(texts.path("name").asString("")).isEqualTo("batchSize");
            for (JsonNode each : adaptive) {
                assertThat(each.path("state").asString(""))
                        .as(adaptive.toString())
                        .isEqualTo("holding");
                assertThat(inForce(service, each.path("name").asString("")))
                        .isEqualTo(each.path("limit").asInt(0));
            }
            assertThat(calls.path("limit").asInt(0)).as(adaptive.toString()).isBetween(leastCalls, mostCalls);
            assertThat(texts.path("limit").asInt(0)).as(adaptive.toString()).isBetween(leastTexts, mostTexts);
        });
    }

    private static List<String> changesOfTheMode(RunningService service) {
        List<String> found = new ArrayList<>();
        for (JsonNode change : service.get("/v1/tuning/changes").json().get("changes")) {
            if (change.get("keyId").asString().equals("adaptive")) {
                assertThat(change.get("tenant").asString()).startsWith("test-");
                assertThat(change.get("before").asInt())
                        .isNotEqualTo(change.get("after").asInt());
                found.add(change.get("name").asString());
            }
        }
        return found;
    }

    private static void patch(RunningService service, String body) {
        Answer changed = service.send(service.request("/v1/tuning")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(body))
                .setHeader("Content-Type", "application/json"));
        assertThat(changed.status()).as(changed.toString()).isEqualTo(200);
    }

    /// What is in force, as a scrape tells it.
    private static int inForce(RunningService service, String setting) {
        return service.get("/actuator/prometheus")
                .text()
                .lines()
                .filter(line -> line.startsWith("sandmill_tuning_value{setting=\"" + setting + "\"}"))
                .map(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow();
    }
}
