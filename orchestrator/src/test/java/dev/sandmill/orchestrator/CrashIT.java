package dev.sandmill.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.RedisServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What is left of the work when the service's process dies or is told to stop.
class CrashIT {
    @TempDir
    Path home;

    private RedisServer redis;
    private Map<String, String> environment;

    @BeforeEach
    void prepare() throws Exception {
        redis = RedisServer.start();
        environment = new HashMap<>(RunningService.environment(home, redis.uri(), Map.of()));
        environment.put("SANDMILL_PORT", Integer.toString(ServiceProcess.freePort()));
    }

    @AfterEach
    void cleanUp() throws Exception {
        redis.close();
    }

    @Test
    void afterAKillEveryAcceptedJobHasOneOutcomeAndNoContainerIsLeft() throws Exception {
        List<String> ids = new ArrayList<>();
        try (ServiceProcess first = ServiceProcess.start(environment, home.resolve("first.log"))) {
            submitTwenty(first, ids);
            waitUntilSomeRun(first, ids);
            first.kill();
        }
        assertThat(containers())
                .as("the killed service leaves containers behind")
                .isNotEmpty();

        try (ServiceProcess second = ServiceProcess.start(environment, home.resolve("second.log"))) {
            assertAllDone(second, ids);
            long again = 0;
            for (String id : ids) {
                again += second.get("/v1/jobs/" + id).get("attempt").asInt() - 1;
            }
            assertThat(again).isPositive();
            assertThat(second.scrape().lines())
                    .contains("sandmill_jobs_reclaimed_total{kind=\"execute\"} " + again + ".0");
            assertThat(second.terminate()).isIn(0, 143);
        }
        assertThat(containers()).isEmpty();
    }

    @Test
    void aServiceThatIsToldToStopAnswersOrHandsBackAndLeavesNothing() throws Exception {
        List<String> ids = new ArrayList<>();
        try (ServiceProcess first = ServiceProcess.start(environment, home.resolve("first.log"))) {
            submitTwenty(first, ids);
            waitUntilSomeRun(first, ids);
            assertThat(first.terminate()).isIn(0, 143);
        }
        assertThat(containers()).isEmpty();

        try (ServiceProcess second = ServiceProcess.start(environment, home.resolve("second.log"))) {
            assertAllDone(second, ids);
            for (String id : ids) {
                assertThat(second.get("/v1/jobs/" + id).get("attempt").asInt()).isEqualTo(1);
            }
        }
    }

    private static void submitTwenty(ServiceProcess service, List<String> ids) throws Exception {
        for (int i = 0; i < 20; i++) {
            ids.add(service.post("/v1/jobs", """
                            {"kind":"execute","execute":{"language":"python","cache":"off",
                             "source":"import time\\ntime.sleep(1)\\nprint(%d)"}}""".formatted(i)).get("id").asString());
        }
    }

    private static void waitUntilSomeRun(ServiceProcess service, List<String> ids) {
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(90))
                .until(() -> service.get("/v1/jobs/" + ids.getFirst())
                        .get("startedAt")
                        .isString());
    }

    private static void assertAllDone(ServiceProcess service, List<String> ids) throws Exception {
        for (int i = 0; i < ids.size(); i++) {
            JsonNode job = service.get("/v1/jobs/" + ids.get(i) + "?wait=60000");
            assertThat(job.get("state").asString()).as(job.toString()).isEqualTo("done");
            assertThat(job.get("outcome").get("stdout").asString()).isEqualTo(i + "\n");
        }
    }

    private List<String> containers() throws Exception {
        Process process = new ProcessBuilder(
                        "docker",
                        "ps",
                        "-aq",
                        "--filter",
                        "label=dev.sandmill.instance=" + environment.get("SANDMILL_INSTANCE"))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }
}
