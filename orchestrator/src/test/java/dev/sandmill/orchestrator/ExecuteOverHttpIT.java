package dev.sandmill.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.RunningService.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Programs through the front door, to the end and back.
class ExecuteOverHttpIT {
    private static RedisServer redis;
    private static RunningService service;

    @BeforeAll
    static void start(@TempDir Path home) throws Exception {
        redis = RedisServer.start();
        service = RunningService.start(home, redis, Map.of());
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> service.get("/readyz").status() == 200);
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        redis.close();
    }

    @Test
    void aPythonProgramAnswersWithEverythingTheContractNames() {
        Answer answer = service.post("/v1/execute", """
                {"language":"python","source":"import sys\\nprint(sys.argv[1:], sys.stdin.read())\\nprint('e', file=sys.stderr)",
                 "args":["a b","$(id)"],"stdin":"in"}""");

        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        JsonNode outcome = answer.json();
        assertThat(outcome.get("status").asString()).isEqualTo("ok");
        assertThat(outcome.get("exitCode").asInt()).isZero();
        assertThat(outcome.get("signal").isNull()).isTrue();
        assertThat(outcome.get("stdout").asString()).isEqualTo("['a b', '$(id)'] in\n");
        assertThat(outcome.get("stderr").asString()).isEqualTo("e\n");
        assertThat(outcome.get("stdoutEncoding").asString()).isEqualTo("utf8");
        assertThat(outcome.get("stdoutTruncated").asBoolean()).isFalse();
        assertThat(outcome.get("image").asString()).startsWith("sha256:");
        assertThat(outcome.get("isolation").asString()).isIn("fresh", "recycled");
        assertThat(outcome.get("usage").get("peakMemoryBytes").asLong()).isPositive();
        assertThat(outcome.has("compile") && outcome.has("runs") && outcome.has("artifacts"))
                .isTrue();
    }

    @Test
    void javaScriptRunsToo() {
        JsonNode outcome = service.post("/v1/execute", """
                        {"language":"javascript","source":"console.log([1,2,3].map(x => x * x).join())","env":{"A":"1"}}""").json();

        assertThat(outcome.get("stdout").asString()).as(outcome.toString()).isEqualTo("1,4,9\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    import sys; sys.exit(3)                                 | nonzero_exit
                    import os; os.kill(os.getpid(), 11)                     | signal
                    while True: pass                                        | cpu_limit
                    import time; time.sleep(60)                             | wall_limit
                    b = [bytearray(10**7) for _ in range(10**6)]            | memory_limit
                    while True: print('x' * 10000)                          | output_limit
                    """)
    void eachEndHasItsOwnStatus(String source, String status) {
        JsonNode outcome = service.post("/v1/execute", """
                        {"language":"python","policy":"off","source":"%s",
                         "limits":{"wallMillis":%d,"cpuMillis":1000}}""".formatted(
                                source.replace("\\", "\\\\").replace("\"", "\\\""),
                                status.equals("wall_limit") ? 1500 : 60_000))
                .json();

        assertThat(outcome.get("status").asString())
                .as(outcome.toString()
                        .substring(0, Math.min(600, outcome.toString().length())))
                .isEqualTo(status);
    }

    @Test
    void aRefusedProgramSaysWhereAndWhy() {
        JsonNode outcome = service.post("/v1/execute", """
                        {"language":"python","source":"x = 1\\nimport socket\\nsocket.create_connection(('h', 1))"}""").json();

        assertThat(outcome.get("status").asString()).isEqualTo("rejected");
        JsonNode violation = outcome.get("violations").get(0);
        assertThat(violation.get("line").asInt()).isEqualTo(2);
        assertThat(violation.get("rule").asString()).isNotEmpty();
        assertThat(violation.get("message").asString()).isNotEmpty();
        assertThat(outcome.get("image").isNull()).isTrue();
    }

    @Test
    void aDeterministicProgramIsAnsweredFromTheCacheTheSecondTime() {
        String body = """
                {"language":"python","source":"print(sum(range(%d)))"}""".formatted(System.nanoTime() % 1000);

        JsonNode first = service.post("/v1/execute", body).json();
        JsonNode second = service.post("/v1/execute", body).json();
        JsonNode off = service.post("/v1/execute", body.replace("}", ",\"cache\":\"off\"}"))
                .json();

        assertThat(first.get("cached").asBoolean()).isFalse();
        assertThat(first.get("deterministic").asBoolean()).as(first.toString()).isTrue();
        assertThat(second.get("cached").asBoolean()).isTrue();
        assertThat(second.get("stdout")).isEqualTo(first.get("stdout"));
        assertThat(off.get("cached").asBoolean()).isFalse();
    }

    @Test
    void aCachedAnswerIsAJobThatCanBeLookedUpListedAndReplayed() {
        String body = """
                {"kind":"execute","execute":{"language":"python","source":"print(sum(range(%d)))"}}""".formatted(1000 + System.nanoTime() % 1000);

        JsonNode first = service.post("/v1/jobs?wait=20000", body).json();
        JsonNode second = service.post("/v1/jobs?wait=20000", body).json();

        assertThat(first.at("/outcome/cached").asBoolean()).isFalse();
        assertThat(second.at("/outcome/cached").asBoolean()).isTrue();
        assertThat(second.get("id")).isNotEqualTo(first.get("id"));
        assertThat(second.get("state").asString()).isEqualTo("done");
        assertThat(second.get("attempt").asInt()).isEqualTo(1);
        String id = second.get("id").asString();
        assertThat(service.get("/v1/jobs/" + id).json()).isEqualTo(second);
        assertThat(service.get("/v1/jobs/" + id + "/events").text())
                .contains("id: 1\nevent: accepted\n", "id: 2\nevent: started\n", "id: 3\nevent: finished\n");
        assertThat(service.delete("/v1/jobs/" + id).status()).isEqualTo(202);
        assertThat(service.get("/v1/jobs/" + id).json()).isEqualTo(second);
    }

    @Test
    void aJobIsAcceptedWaitedForListedAndFound() {
        Answer accepted = service.post("/v1/jobs", """
                {"kind":"execute","execute":{"language":"python","source":"print(1)"}}""");
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        assertThat(accepted.json().get("kind").asString()).isEqualTo("execute");
        String id = accepted.json().get("id").asString();

        JsonNode job = service.get("/v1/jobs/" + id + "?wait=20000").json();

        assertThat(job.get("state").asString()).as(job.toString()).isEqualTo("done");
        assertThat(job.get("attempt").asInt()).isEqualTo(1);
        assertThat(job.get("outcome").get("stdout").asString()).isEqualTo("1\n");
        assertThat(service.get("/v1/jobs?limit=1000&kind=execute").text()).contains(id);
        assertThat(service.get("/v1/jobs?state=queued").text()).doesNotContain(id);
    }

    @Test
    void theSameKeyIsTheSameJobAndAnotherBodyIsAConflict() {
        String body = """
                {"kind":"execute","execute":{"language":"python","source":"print(2)"}}""";
        String key = "key-" + System.nanoTime();

        Answer first = service.post("/v1/jobs", body, "Idempotency-Key", key);
        Answer again = service.post("/v1/jobs", body, "Idempotency-Key", key);
        Answer other = service.post("/v1/jobs", body.replace("2", "3"), "Idempotency-Key", key);

        assertThat(first.status()).isEqualTo(202);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().get("id")).isEqualTo(first.json().get("id"));
        assertThat(other.status()).isEqualTo(409);
    }

    @Test
    void aCancelledJobEndsAsCancelled() {
        String id = service.post("/v1/jobs", """
                        {"kind":"execute","execute":{"language":"python","policy":"off","source":"import time\\nprint('up', flush=True)\\ntime.sleep(25)"}}""").json().get("id").asString();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> service.get("/v1/jobs/" + id)
                        .json()
                        .get("state")
                        .asString()
                        .equals("running"));

        assertThat(service.delete("/v1/jobs/" + id).status()).isEqualTo(202);

        JsonNode job = service.get("/v1/jobs/" + id + "?wait=20000").json();
        assertThat(job.get("state").asString()).isEqualTo("done");
        assertThat(job.get("outcome").get("status").asString()).isEqualTo("cancelled");
        assertThat(service.delete("/v1/jobs/" + id).json().get("state").asString())
                .isEqualTo("done");
    }

    @Test
    void eventsTellTheStoryWithoutGaps() {
        String id = service.post("/v1/jobs?wait=20000", """
                        {"kind":"execute","execute":{"language":"python","source":"print('hello')","cache":"off"}}""", "X-Request-Id", "story-\"1\"")
                .json()
                .get("id")
                .asString();

        String events = service.get("/v1/jobs/" + id + "/events").text();
        String rest = service.send(service.request("/v1/jobs/" + id + "/events").setHeader("Last-Event-ID", "1"))
                .text();

        assertThat(events).startsWith("id: 1\nevent: accepted\n").contains("event: started\n", "event: output\n");
        assertThat(events).contains("hello").contains("event: finished\n");
        assertThat(rest).startsWith("id: 2\n");
        assertThat(events.lines().filter(line -> line.startsWith("data: ")))
                .allSatisfy(line -> assertThat(line).startsWith("data: {\"requestId\":\"story-\\\"1\\\"\","));
        assertThat(events).contains("\"state\":\"done\",\"outcome\":{\"status\":\"ok\"");
    }

    @Test
    void languagesAreListedWithVersionAndImage() {
        JsonNode languages = service.get("/v1/languages").json();

        assertThat(languages.toString()).contains("\"python\"", "\"javascript\"", "sha256:");
        assertThat(languages.get(0).get("version").asString()).isNotEmpty();
    }
}
