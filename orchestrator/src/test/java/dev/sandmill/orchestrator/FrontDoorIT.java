package dev.sandmill.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.RunningService.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Keys, errors, health: what every caller meets, whatever it wants.
class FrontDoorIT {
    private static RedisServer redis;
    private static RunningService service;

    @BeforeAll
    static void start(@TempDir Path home) throws Exception {
        redis = RedisServer.start();
        service =
                RunningService.start(home, redis, Map.of("SANDMILL_ROLES", "api", "CORS_ORIGIN", "https://c.example"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> service.get("/readyz").status() == 200);
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        redis.close();
    }

    @ParameterizedTest
    @CsvSource({"/v1/jobs", "/v1/status", "/v1/languages", "/actuator/prometheus", "/v1/keys", "/v1/unknown"})
    void withoutAKnownKeyNothingAnswers(String path) {
        for (String header :
                new String[] {"", "Bearer", "Bearer wrong", "Basic YTpi", "Bearer smk_" + "a".repeat(43)}) {
            Answer answer = service.send(
                    service.request(path).setHeader("Authorization", header).GET());
            assertThat(answer.status()).as(path + " with '" + header + "'").isEqualTo(401);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.json().get("code").asString()).isEqualTo("unauthorized");
            assertThat(answer.json().get("retryable").asBoolean()).isFalse();
        }
    }

    @Test
    void livenessAndReadinessNeedNoKey() {
        assertThat(service.send(service.request("/livez")
                                .setHeader("Authorization", "")
                                .GET())
                        .status())
                .isEqualTo(200);
        assertThat(service.send(service.request("/readyz")
                                .setHeader("Authorization", "")
                                .GET())
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {                                                                              | ''
                    {"kind":"cook"}                                                                | kind
                    {"kind":"execute"}                                                             | execute
                    {"kind":"execute","execute":{"source":"1"}}                                    | execute.language
                    {"kind":"execute","execute":{"language":"python"}}                             | ''
                    {"kind":"execute","execute":{"language":"python","source":"1","colour":"red"}} | execute.colour
                    {"kind":"execute","execute":{"language":"python","source":1}}                  | execute.source
                    {"kind":"execute","execute":{"language":"python","source":"1","limits":{"wallMillis":0}}}     | execute.limits.wallMillis
                    {"kind":"execute","execute":{"language":"python","source":"1","limits":{"wallMillis":"5"}}}   | execute.limits.wallMillis
                    {"kind":"execute","execute":{"language":"python","source":"1","limits":{"memoryBytes":1e308}}} | execute.limits.memoryBytes
                    {"kind":"execute","execute":{"language":"python","source":"1","limits":{"pids":-1}}}          | execute.limits.pids
                    {"kind":"execute","execute":{"language":"python","source":"1","policy":"lax"}} | execute.policy
                    {"kind":"execute","execute":{"language":"python","files":[{"path":"../x","content":""}]}}     | execute.files[0].path
                    """)
    void aBadBodyIsRefusedWithItsFieldNamed(String body, String field) {
        Answer answer = service.post("/v1/jobs", body);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.get("detail").asString()).isNotBlank();
        assertThat(problem.get("type").asString()).isNotBlank();
        assertThat(problem.get("status").asInt()).isEqualTo(400);
        if (!field.isEmpty()) {
            assertThat(problem.get("field").asString()).isEqualTo(field);
        }
        assertThat(answer.text()).doesNotContain("Exception", "\tat ");
    }

    @Test
    void anUnknownLanguageNeverWaitsForAWorkerToSaySo() {
        // This process has no execute role: it cannot know, so the job is taken, and a worker will answer it.
        Answer answer = service.post("/v1/jobs", """
                {"kind":"execute","execute":{"language":"klingon","source":"1"}}""");
        assertThat(answer.status()).isEqualTo(202);
    }

    @Test
    void notFoundMethodTypeAndSizeHaveTheirOwnAnswers() {
        assertThat(service.get("/v1/nothing").status()).isEqualTo(404);
        assertThat(service.get("/v1/jobs/nobody").status()).isEqualTo(404);
        assertThat(service.get("/v1/jobs/..%2f..").status()).isIn(400, 404);
        assertThat(service.delete("/v1/status").status()).isEqualTo(405);
        assertThat(service.post("/v1/jobs", "a=b", "Content-Type", "text/plain").status())
                .isEqualTo(415);
        assertThat(service.post("/v1/jobs", new byte[33 << 20]).status()).isEqualTo(413);
        assertThat(service.get("/v1/jobs?wait=1&limit=0").status()).isEqualTo(400);
        assertThat(service.get("/v1/jobs/abc?wait=60001").status()).isEqualTo(400);
        assertThat(service.get("/v1/jobs?state=lost").json().get("field").asString())
                .isEqualTo("state");
        assertThat(service.post("/v1/jobs", "").status()).isEqualTo(400);
    }

    @Test
    void aRequestIdIsTakenMadeOrRefused() {
        assertThat(service.get("/v1/status").header("X-Request-Id")).isNotBlank();
        assertThat(service.send(service.request("/v1/status")
                                .setHeader("X-Request-Id", "abc-1")
                                .GET())
                        .header("X-Request-Id"))
                .isEqualTo("abc-1");
        assertThat(service.send(service.request("/v1/status")
                                .setHeader("X-Request-Id", "a".repeat(129))
                                .GET())
                        .status())
                .isEqualTo(400);
    }

    @Test
    void keysAreMadeShownOnceListedAndRevoked() {
        Answer made = service.post("/v1/keys", """
                {"name":"ci","tenant":"acme","roles":["agent"]}""");
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        String key = made.json().get("key").asString();
        String id = made.json().get("id").asString();

        assertThat(service.get("/v1/keys").text()).contains(id).doesNotContain(key);
        assertThat(with(key, "/v1/jobs").status()).isEqualTo(200);
        assertThat(with(key, "/v1/keys").status()).isEqualTo(403);
        assertThat(service.delete("/v1/keys/" + id).status()).isEqualTo(204);
        assertThat(with(key, "/v1/jobs").status()).isEqualTo(401);
    }

    @Test
    void aJobOfAnotherTenantIsUnknown() {
        String key = service.post("/v1/keys", """
                {"name":"other","tenant":"other","roles":["agent"]}""").json().get("key").asString();
        String id = service.post("/v1/jobs", """
                {"kind":"execute","execute":{"language":"python","source":"1"}}""").json().get("id").asString();

        assertThat(service.get("/v1/jobs/" + id).status()).isEqualTo(200);
        assertThat(with(key, "/v1/jobs/" + id).status()).isEqualTo(404);
        assertThat(with(key, "/v1/jobs/" + id + "/events").status()).isEqualTo(404);
        assertThat(with(key, "/v1/jobs").text()).doesNotContain(id);
    }

    private static String key(String body) {
        Answer made = service.post("/v1/keys", body);
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        return made.json().get("key").asString();
    }

    @Test
    void aKeyIsHeldToItsRates() {
        String slow = key("""
                {"name":"slow","tenant":"rates","roles":["agent"],"rates":{"requestsPerSecond":1,"burst":2}}""");
        List<Answer> answers =
                Stream.generate(() -> with(slow, "/v1/jobs")).limit(5).toList();
        assertThat(answers).extracting(Answer::status).contains(200, 429).containsOnly(200, 429);
        Answer refused = answers.getLast();
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.json().get("code").asString()).isEqualTo("rate_limited");
        assertThat(Long.parseLong(refused.header("Retry-After"))).isEqualTo(1);

        String few = key("""
                {"name":"few","tenant":"rates","roles":["agent"],"rates":{"jobsPerMinute":2}}""");
        String job = "{\"kind\":\"execute\",\"execute\":{\"language\":\"python\",\"source\":\"1\"}}";
        Answer batch = service.post(
                "/v1/jobs/batch", "{\"jobs\":[" + job + "," + job + "," + job + "]}", "Authorization", "Bearer " + few);
        assertThat(batch.json().get(1).get("state").asString()).isEqualTo("queued");
        assertThat(batch.json().get(2).get("code").asString()).isEqualTo("rate_limited");
        Answer job429 = service.post("/v1/jobs", job, "Authorization", "Bearer " + few);
        assertThat(job429.status()).isEqualTo(429);
        assertThat(Long.parseLong(job429.header("Retry-After"))).isBetween(1L, 30L);
        assertThat(with(few, "/v1/jobs").status()).isEqualTo(200);
        assertThat(service.get("/v1/keys").text()).contains("\"jobsPerMinute\":2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    {'requestsPerSecond':0}                | rates.requestsPerSecond
                    {'requestsPerSecond':100001}           | rates.requestsPerSecond
                    {'burst':5}                            | rates.burst
                    {'jobsPerMinute':-1}                   | rates.jobsPerMinute
                    {'jobsPerHour':1}                      | rates.jobsPerHour
                    """)
    void ratesOutOfBoundsAreRefused(String rates, String field) {
        Answer refused = service.post("/v1/keys", """
                {"name":"k","tenant":"rates","roles":["agent"],"rates":%s}""".formatted(rates.replace('\'', '"')));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("field").asString()).isEqualTo(field);
    }

    @Test
    void anOperatorSeesAndEndsEveryTenantsJobs() {
        String operator = key("""
                {"name":"o","tenant":"ops","roles":["operator"]}""");
        String agent = key("""
                {"name":"a","tenant":"seen","roles":["agent"]}""");
        String stranger = key("""
                {"name":"s","tenant":"unseen","roles":["agent"]}""");
        String job = "{\"kind\":\"execute\",\"execute\":{\"language\":\"python\",\"source\":\"1\"}}";
        String id = service.post("/v1/jobs", job, "Authorization", "Bearer " + agent)
                .json()
                .get("id")
                .asString();
        assertThat(with(operator, "/v1/jobs").text()).contains(id);
        assertThat(with(operator, "/v1/jobs/" + id).status()).isEqualTo(200);
        assertThat(service.post("/v1/jobs", job, "Authorization", "Bearer " + operator)
                        .status())
                .isEqualTo(403);
        assertThat(cancelled(stranger, id)).isEqualTo(404);
        assertThat(cancelled(operator, id)).isEqualTo(202);
        assertThat(with(agent, "/v1/jobs/" + id).json().at("/outcome/status").asString())
                .isEqualTo("cancelled");
        assertThat(with(operator, "/v1/jobs/" + id + "/events").text()).contains("event: finished");
    }

    private static int cancelled(String key, String id) {
        return service.send(service.request("/v1/jobs/" + id)
                        .setHeader("Authorization", "Bearer " + key)
                        .DELETE())
                .status();
    }

    @Test
    void aReaderMayLookAndNotSubmit() {
        String key = service.post("/v1/keys", """
                {"name":"r","tenant":"default","roles":["reader"]}""").json().get("key").asString();

        assertThat(with(key, "/v1/jobs").status()).isEqualTo(200);
        Answer refused = service.post("/v1/jobs", """
                {"kind":"execute","execute":{"language":"python","source":"1"}}""", "Authorization", "Bearer " + key);
        assertThat(refused.status()).isEqualTo(403);
    }

    @Test
    void aBatchAnswersEachEntryInOrder() {
        Answer answer = service.post("/v1/jobs/batch", """
                {"jobs":[{"kind":"execute","execute":{"language":"python","source":"1"}},{"kind":"cook"},
                 {"kind":"index","index":{"repository":"nowhere"}}]}""");

        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.json().get(0).get("id").asString()).isNotBlank();
        assertThat(answer.json().get(1).get("status").asInt()).isEqualTo(400);
        assertThat(answer.json().get(2).get("status").asInt()).isEqualTo(404);
    }

    @Test
    void browsersOfTheConfiguredOriginMayCallAndOthersMayNot() {
        Answer allowed = preflight("https://c.example");
        Answer refused = preflight("https://evil.example");

        assertThat(allowed.header("Access-Control-Allow-Origin")).isEqualTo("https://c.example");
        assertThat(refused.header("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void statusAndMetricsTellHowItIs() {
        JsonNode status = service.get("/v1/status").json();
        assertThat(status.get("status").asString()).isEqualTo("healthy");
        assertThat(status.get("queue").get("capacity").asLong()).isEqualTo(100_000);
        assertThat(status.get("uptimeMillis").asLong()).isPositive();
        assertThat(service.get("/actuator/prometheus").text())
                .contains("sandmill_queue_queued", "sandmill_dependency_available{dependency=\"redis\"} 1.0");
        assertThat(service.get("/openapi.json").json().get("openapi").asString())
                .startsWith("3.");
    }

    @Test
    void readinessFollowsRedisDownAndUpWithoutARestart() throws Exception {
        String key = service.post("/v1/keys", """
                {"name":"away","tenant":"default","roles":["agent"]}""").json().get("key").asString();
        redis.pause();
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> service.get("/readyz").status() == 503);
            assertThat(service.get("/livez").status()).isEqualTo(200);
            Answer refused = service.post("/v1/jobs", """
                    {"kind":"execute","execute":{"language":"python","source":"1"}}""");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isNotBlank();
            assertThat(with(key, "/v1/jobs").status()).isEqualTo(503);
        } finally {
            redis.resume();
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> service.get("/readyz").status() == 200);
    }

    private static Answer with(String key, String path) {
        return service.send(service.request(path)
                .setHeader("Authorization", "Bearer " + key)
                .GET());
    }

    private static Answer preflight(String origin) {
        return service.send(service.request("/v1/jobs")
                .method("OPTIONS", java.net.http.HttpRequest.BodyPublishers.noBody())
                .setHeader("Access-Control-Request-Method", "POST")
                .setHeader("Access-Control-Request-Headers", "authorization,content-type")
                .setHeader("Origin", origin));
    }
}
