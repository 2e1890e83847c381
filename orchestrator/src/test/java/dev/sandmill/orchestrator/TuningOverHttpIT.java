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
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// How much is done at a time, changed at one process and in force in another, with real work.
class TuningOverHttpIT {
    private static final Map<String, String> API_ONLY = Map.of("SANDMILL_ROLES", "api");

    private static RedisServer redis;
    private static EmbeddingEndpoint endpoint;
    private static RunningService worker;
    private static RunningService other;

    @BeforeAll
    static void start(@TempDir Path home, @TempDir Path otherHome) throws Exception {
        redis = RedisServer.start();
        endpoint = new EmbeddingEndpoint(100, 20);
        Map<String, String> settings = new HashMap<>(endpoint.settings());
        settings.put("SANDMILL_ROLES", "api,execute,index");
        worker = RunningService.start(home, redis, settings);
        other = RunningService.start(otherHome, redis, API_ONLY);
        eventually(() ->
                worker.get("/readyz").status() == 200 && other.get("/readyz").status() == 200);
    }

    @AfterAll
    static void stop() throws Exception {
        worker.close();
        other.close();
        endpoint.close();
        redis.close();
    }

    private static void eventually(Callable<Boolean> holds) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(holds);
    }

    private static Answer patch(String body) {
        return other.send(other.request("/v1/tuning")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(body))
                .setHeader("Content-Type", "application/json"));
    }

    /// Changes it at the process that has no work, and waits until the one that has it follows.
    private static void tune(String name, long value) {
        Answer changed = patch("{\"" + name + "\":" + value + "}");
        assertThat(changed.status()).as(changed.toString()).isEqualTo(200);
        assertThat(changed.json().get(name).asLong()).isEqualTo(value);
        eventually(() -> worker.get("/v1/tuning").json().get(name).asLong() == value);
    }

    private static int running() {
        return worker.get("/v1/status").json().at("/queue/running").asInt();
    }

    @Test
    void moreAndFewerProgramsRunAtATimeAndNoneIsLost() {
        tune("executeSlots", 1);
        List<String> ids = new ArrayList<>();
        for (int job = 0; job < 5; job++) {
            ids.add(other.post("/v1/jobs", """
                            {"kind":"execute","execute":{"language":"python","cache":"off",
                             "limits":{"wallMillis":60000},"source":"import time; time.sleep(50)"}}""").json().get("id").asString());
        }
        eventually(() -> running() == 1);
        neverRunMoreThan(1);
        tune("executeSlots", 3);
        eventually(() -> running() == 3);
        tune("executeSlots", 2);
        cancel(ids.getFirst());
        neverRunMoreThan(2);
        ids.forEach(TuningOverHttpIT::cancel);
        ids.forEach(id -> {
            JsonNode job = other.get("/v1/jobs/" + id + "?wait=60000").json();
            assertThat(job.at("/outcome/status").asString()).as(job.toString()).isEqualTo("cancelled");
            assertThat(job.get("attempt").asInt()).isLessThanOrEqualTo(1);
        });
        JsonNode next = other.post("/v1/jobs?wait=60000", """
                        {"kind":"execute","execute":{"language":"python","cache":"off","source":"print(1)"}}""").json();
        assertThat(next.at("/outcome/status").asString()).as(next.toString()).isEqualTo("ok");
    }

    private static void neverRunMoreThan(int programs) {
        eventually(() -> running() <= programs);
        Awaitility.await()
                .during(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(30))
                .until(() -> running() <= programs);
    }

    private static void cancel(String id) {
        Answer cancelled = other.delete("/v1/jobs/" + id);
        assertThat(cancelled.status()).as(cancelled.toString()).isLessThan(300);
    }

    @Test
    void theModelIsAskedAsTuned(@TempDir Path folder) {
        WorkingCopy copy = WorkingCopy.init(folder);
        for (int file = 0; file < 40; file++) {
            copy.write("f" + file + ".py", "def function_%d(value):\n    return value + %d\n".formatted(file, file));
        }
        copy.commit("first");
        tune("batchSize", 2);
        tune("parallelism", 3);
        endpoint.forget();
        index("tuned", folder);
        assertThat(endpoint.largestCall()).isEqualTo(2);
        assertThat(endpoint.mostUnderWay()).isBetween(2, 3);
        assertThat(endpoint.texts()).isGreaterThanOrEqualTo(40);

        for (int file = 0; file < 40; file++) {
            copy.write("f" + file + ".py", "def other_%d(value):\n    return value * %d\n".formatted(file, file));
        }
        copy.commit("second");
        tune("batchSize", 64);
        tune("batchTokens", 64);
        endpoint.forget();
        JsonNode job = other.post("/v1/repositories/tuned/index", "{}").json();
        done(job.get("id").asString());
        assertThat(endpoint.largestCall()).isBetween(2, 12);
    }

    private static void index(String name, Path folder) {
        Answer made = other.post("/v1/repositories", "{\"name\":\"" + name + "\",\"url\":\"" + folder + "\"}");
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        done(made.json().get("jobId").asString());
    }

    private static void done(String id) {
        JsonNode job = other.get("/v1/jobs/" + id + "?wait=60000").json();
        assertThat(job.at("/outcome/status").asString()).as(job.toString()).isEqualTo("ok");
    }

    @Test
    void aFullQueueIsAsLargeAsTuned(@TempDir Path home) throws Exception {
        try (RedisServer own = RedisServer.start();
                RunningService alone = RunningService.start(home, own, API_ONLY)) {
            eventually(() -> alone.get("/readyz").status() == 200);
            assertThat(alone.send(alone.request("/v1/tuning")
                                    .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"queueCapacity\":1}"))
                                    .setHeader("Content-Type", "application/json"))
                            .status())
                    .isEqualTo(200);
            String job = """
                    {"kind":"execute","execute":{"language":"python","source":"print(1)"}}""";
            assertThat(alone.post("/v1/jobs", job).status()).isEqualTo(202);
            assertThat(alone.post("/v1/jobs", job).status()).isEqualTo(429);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {'executeSlots':0}            | executeSlots
            {'executeSlots':100000}       | executeSlots
            {'executeSlots':-1}           | executeSlots
            {'executeSlots':1.5}          | executeSlots
            {'executeSlots':'4'}          | executeSlots
            {'batchSize':2049}            | batchSize
            {'batchTokens':1}             | batchTokens
            {'parallelism':0}             | parallelism
            {'indexSlots':17}             | indexSlots
            {'poolSize':-1}               | poolSize
            {'queueCapacity':0}           | queueCapacity
            {'indexSlots':3,'poolSize':-1}| poolSize
            {'adaptive':1}                | adaptive
            {'adaptive':'true'}           | adaptive
            {'slots':1}                   | slots
            {'bounds':{}}                 | bounds
            """)
    void aBadValueIsRefusedWithItsFieldNamedAndChangesNothing(String body, String field) {
        JsonNode before = other.get("/v1/tuning").json();
        Answer refused = patch(body.replace('\'', '"'));
        assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
        assertThat(refused.json().get("field").asString()).isEqualTo(field);
        assertThat(other.get("/v1/tuning").json()).isEqualTo(before);
    }

    @Test
    void nothingToChangeIsRefusedAndSoAreThoseWhoMayNot() {
        assertThat(patch("{}").status()).isEqualTo(400);
        String agent = other.post("/v1/keys", """
                        {"name":"k","tenant":"acme","roles":["agent"]}""").json().get("key").asString();
        HttpRequest.Builder mine = other.request("/v1/tuning")
                .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"indexSlots\":1}"))
                .setHeader("Content-Type", "application/json")
                .setHeader("Authorization", "Bearer " + agent);
        assertThat(other.send(mine).status()).isEqualTo(403);
        assertThat(other.send(other.request("/v1/tuning/changes").GET().setHeader("Authorization", "Bearer " + agent))
                        .status())
                .isEqualTo(403);
        assertThat(other.send(other.request("/v1/tuning").GET().setHeader("Authorization", "Bearer " + agent))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void whoChangedWhatIsReadableAndOutlivesAProcess(@TempDir Path home) throws Exception {
        long before = other.get("/v1/tuning").json().get("indexSlots").asLong();
        long after = before % 8 + 1;
        tune("indexSlots", after);
        JsonNode change = worker.get("/v1/tuning/changes").json().at("/changes/0");
        assertThat(change.get("name").asString()).isEqualTo("indexSlots");
        assertThat(change.get("before").asLong()).isEqualTo(before);
        assertThat(change.get("after").asLong()).isEqualTo(after);
        assertThat(change.get("keyId").asString()).isEqualTo("admin");
        assertThat(change.get("tenant").asString()).isNotBlank();
        assertThat(change.get("at").asString()).startsWith("20");
        try (RunningService later = RunningService.start(home, redis, API_ONLY)) {
            eventually(() -> later.get("/v1/tuning").json().get("indexSlots").asLong() == after);
            assertThat(later.get("/v1/tuning")
                            .json()
                            .at("/bounds/indexSlots/initial")
                            .asLong())
                    .isEqualTo(2);
        }
    }
}
