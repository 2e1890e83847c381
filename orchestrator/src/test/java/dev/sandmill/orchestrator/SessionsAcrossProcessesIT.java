package dev.sandmill.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.RunningService.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A front that runs nothing and a worker that does, on one Redis: whoever is asked, the sessions are the same.
class SessionsAcrossProcessesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static RedisServer redis;
    private static RunningService worker;
    private static RunningService front;

    @BeforeAll
    static void start(@TempDir Path workerHome, @TempDir Path frontHome) throws Exception {
        redis = RedisServer.start();
        worker = RunningService.start(
                workerHome,
                redis,
                Map.of("SANDMILL_ROLES", "api,execute", "SANDMILL_INSTANCE", "worker-1", "SANDMILL_SESSIONS_MAX", "2"));
        front = RunningService.start(frontHome, redis, Map.of("SANDMILL_ROLES", "api", "SANDMILL_INSTANCE", "front-1"));
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> worker.get("/readyz").status() == 200
                        && front.get("/readyz").status() == 200
                        && redis.cli("ZRANGE", "calls:{calls}:served", "0", "-1")
                                .contains("worker-1"));
    }

    @AfterAll
    static void stop() {
        front.close();
        worker.close();
        redis.close();
    }

    private static Answer open() {
        return front.post("/v1/sessions", "{\"language\":\"python\",\"ttlMillis\":60000}");
    }

    private static Answer call(RunningService asked, String id, String source) {
        return asked.post("/v1/sessions/" + id + "/execute", "{\"source\":\"" + source + "\"}");
    }

    @Test
    void aSessionIsOpenedUsedAndEndedThroughAProcessThatHasNone() {
        Answer opened = open();
        assertThat(opened.status()).as(opened.toString()).isEqualTo(201);
        String id = opened.json().get("id").asString();
        assertThat(id).endsWith("-worker-1");
        assertThat(opened.header("Location")).isEqualTo("/v1/sessions/" + id);

        assertThat(call(front, id, "x = 41").json().get("status").asString()).isEqualTo("ok");
        assertThat(call(worker, id, "print(x + 1)").json().get("stdout").asString())
                .isEqualTo("42\n");

        byte[] content = new byte[3 << 20];
        content[1000] = 7;
        String file = "/v1/sessions/" + id + "/files/in/a.bin";
        assertThat(front.send(front.request(file).PUT(BodyPublishers.ofByteArray(content)))
                        .status())
                .isEqualTo(204);
        assertThat(front.get(file).response().body()).isEqualTo(content);
        assertThat(front.get(file).header("Content-Type")).isEqualTo("application/octet-stream");

        assertThat(front.get("/v1/sessions/" + id).json().get("state").asString())
                .isEqualTo("idle");
        assertThat(front.get("/v1/sessions").text()).contains(id);
        assertThat(front.delete("/v1/sessions/" + id).status()).isEqualTo(204);
        assertThat(worker.get("/v1/sessions/" + id).status()).isEqualTo(404);
    }

    @Test
    void whoRunsNothingKnowsTheLanguagesOfThoseThatDo() {
        Answer languages = front.get("/v1/languages");
        assertThat(languages.status()).as(languages.toString()).isEqualTo(200);
        assertThat(languages.text())
                .contains("\"python\"")
                .isEqualTo(worker.get("/v1/languages").text());
    }

    @Test
    void refusalsReadTheSameFromBoth() {
        String id = open().json().get("id").asString();
        try {
            for (RunningService asked : new RunningService[] {front, worker}) {
                Answer refused = call(asked, id, "import os; os.system('ls')");
                assertThat(refused.json().get("status").asString()).isEqualTo("rejected");
                Answer missing = asked.get("/v1/sessions/" + id + "/files/none.txt");
                assertThat(missing.status()).isEqualTo(404);
                Answer path = asked.get("/v1/sessions/" + id + "/files/a//b");
                assertThat(path.status()).as(path.toString()).isEqualTo(400);
                assertThat(path.json().get("field").asString()).isEqualTo("path");
            }
            String second = open().json().get("id").asString();
            Answer full = open();
            assertThat(full.status()).as(full.toString()).isEqualTo(429);
            assertThat(full.json().get("code").asString()).isEqualTo("too_many_sessions");
            assertThat(full.header("Retry-After")).isEqualTo("30");
            assertThat(front.delete("/v1/sessions/" + second).status()).isEqualTo(204);
        } finally {
            front.delete("/v1/sessions/" + id);
        }
    }

    @Test
    void aSessionOfAProcessThatIsGoneHasEnded() {
        String id = "/v1/sessions/" + "0".repeat(32) + "-worker-7";
        Answer unknownYet = front.get(id);
        if (unknownYet.status() != 410) {
            assertThat(unknownYet.status()).isEqualTo(503);
            assertThat(unknownYet.header("Retry-After")).isEqualTo("10");
        }
        redis.cli("SET", "calls:{calls}:since", "1");
        Answer gone = front.get(id);
        assertThat(gone.status()).as(gone.toString()).isEqualTo(410);
        assertThat(gone.json().get("code").asString()).isEqualTo("session_ended");
        assertThat(gone.json().get("detail").asString()).contains("worker-7");
    }
}
