package dev.sandmill.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.RunningService.Answer;
import java.net.http.HttpRequest;
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

/// Notes, forgetting and the caches' bounds, over two processes on one Redis.
class CacheOverHttpIT {
    private static final Map<String, String> API_ONLY = Map.of("SANDMILL_ROLES", "api");

    private static RedisServer redis;
    private static RunningService service;
    private static RunningService second;
    private static Path secondHome;

    @BeforeAll
    static void start(@TempDir Path home, @TempDir Path otherHome) throws Exception {
        redis = RedisServer.start();
        secondHome = otherHome;
        service = RunningService.start(home, redis, API_ONLY);
        second = RunningService.start(otherHome, redis, API_ONLY);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> service.get("/readyz").status() == 200
                        && second.get("/readyz").status() == 200);
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        second.close();
        redis.close();
    }

    private static Answer put(String path, String body, String... key) {
        return body("PUT", path, body, key);
    }

    private static Answer patch(String path, String body, String... key) {
        return body("PATCH", path, body, key);
    }

    private static Answer body(String method, String path, String body, String... key) {
        HttpRequest.Builder request = service.request(path)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .setHeader("Content-Type", "application/json");
        if (key.length > 0) {
            request.setHeader("Authorization", "Bearer " + key[0]);
        }
        return service.send(request);
    }

    private static Answer get(String path, String key) {
        return service.send(service.request(path)
                .setHeader("Authorization", "Bearer " + key)
                .GET());
    }

    private static String key(String tenant, String role) {
        Answer made = service.post("/v1/keys", """
                {"name":"k","tenant":"%s","roles":["%s"]}""".formatted(tenant, role));
        return made.json().get("key").asString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {'b':[1.10,12345678901234567890,0.12345678901234567890123],'ü':'\\u0000'}
            'text'
            7
            false
            []
            """)
    void aNoteComesBackAsItWasAtAnotherProcess(String value) {
        String json = value.replace('\'', '"');
        Answer stored = put("/v1/cache/entries/plan/as.is", "{\"value\":" + json + ",\"encoding\":\"json\"}");
        assertThat(stored.status()).as(stored.toString()).isEqualTo(204);
        Answer read = service.get("/v1/cache/entries/plan/as.is");
        assertThat(read.text())
                .contains("\"value\":" + json + ",\"encoding\":\"json\",")
                .contains("\"stale\":false");
        assertThat(read.json().get("ttlMillis").asLong()).isBetween(2_591_000_000L, 2_592_000_000L);
    }

    @Test
    void bytesTagsAndLifeAreKeptAndDeletingIsHeardEverywhere() {
        String other = second.adminKey();
        put("/v1/cache/entries/plan/bytes", """
                {"value":"AP8=","encoding":"base64","ttlMillis":60000,"tags":["repository/a","x"]}""");
        Awaitility.await()
                .until(() -> second.get("/v1/cache/entries/plan/bytes").status() == 200);
        Answer read = second.get("/v1/cache/entries/plan/bytes");
        assertThat(read.json().get("value").asString()).isEqualTo("AP8=");
        assertThat(read.json().get("encoding").asString()).isEqualTo("base64");
        assertThat(read.json().get("tags").toString()).isEqualTo("[\"repository/a\",\"x\"]");
        assertThat(read.json().get("ttlMillis").asLong()).isBetween(1L, 60_000L);
        assertThat(read.json().get("storedAt").asString()).startsWith("20");
        assertThat(other).isNotBlank();

        assertThat(service.delete("/v1/cache/entries/plan/bytes").status()).isEqualTo(204);
        assertThat(service.delete("/v1/cache/entries/plan/bytes").status()).isEqualTo(204);
        assertThat(service.get("/v1/cache/entries/plan/bytes").status()).isEqualTo(404);
        Awaitility.await()
                .until(() -> second.get("/v1/cache/entries/plan/bytes").status() == 404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            results/k     | {'value':1}                                        | 400 | namespace
            a%20b/k       | {'value':1}                                        | 400 | namespace
            plan/a%20b    | {'value':1}                                        | 400 | key
            plan/k        | {}                                                 | 400 | value
            plan/k        | {'value':1,'encoding':'xml'}                       | 400 | encoding
            plan/k        | {'value':'*','encoding':'base64'}                  | 400 | value
            plan/k        | {'value':1,'encoding':'base64'}                    | 400 | value
            plan/k        | {'value':1,'ttlMillis':0}                          | 400 | ttlMillis
            plan/k        | {'value':1,'ttlMillis':'5'}                        | 400 | ttlMillis
            plan/k        | {'value':1,'tags':['a b']}                         | 400 | tags
            plan/k        | {'value':1,'colour':'red'}                         | 400 | colour
            """)
    void aBadNoteIsRefusedWithItsFieldNamed(String place, String body, int status, String field) {
        Answer refused = put("/v1/cache/entries/" + place, body.replace('\'', '"'));
        assertThat(refused.status()).as(refused.toString()).isEqualTo(status);
        assertThat(refused.json().get("field").asString()).isEqualTo(field);
    }

    @Test
    void aNoteIsBounded() {
        String large = "{\"value\":\"" + "x".repeat(1 << 20) + "\"}";
        assertThat(put("/v1/cache/entries/plan/large", large).status()).isEqualTo(413);
        assertThat(put("/v1/cache/entries/plan/large", large.replace("xx\"", "\""))
                        .status())
                .isEqualTo(204);
        assertThat(put("/v1/cache/entries/plan/deep", "{\"value\":" + "[".repeat(50) + "]".repeat(50) + "}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aBatchDeletesPutsAndGets() {
        Answer answer = service.post("/v1/cache/entries/batch/batch", """
                {"put":[{"key":"a","value":1},{"key":"b","value":{"x":[]},"tags":["t"]}]}""");
        assertThat(answer.text()).isEqualTo("{\"found\":{},\"missing\":[],\"stored\":2,\"deleted\":0}");
        answer = service.post("/v1/cache/entries/batch/batch", """
                {"get":["a","b","c"],"put":[{"key":"b","value":2}],"delete":["a","unknown"]}""");
        assertThat(answer.json().get("found").propertyNames()).containsExactly("b");
        assertThat(answer.json().at("/found/b/value").asInt()).isEqualTo(2);
        assertThat(answer.json().get("missing").toString()).isEqualTo("[\"a\",\"c\"]");
        assertThat(answer.json().get("deleted").asInt()).isEqualTo(1);
        Answer refused = service.post("/v1/cache/entries/batch/batch", """
                {"put":[{"key":"a","value":1},{"key":"a","value":1}]}""");
        assertThat(refused.json().get("field").asString()).isEqualTo("put[1].key");
        assertThat(service.post("/v1/cache/entries/batch/batch", "{}").status()).isEqualTo(400);
    }

    @Test
    void tenantsAndRolesAreApart() {
        String acme = key("acme", "agent");
        String reader = key("acme", "reader");
        String other = key("other", "agent");
        assertThat(put("/v1/cache/entries/plan/own", "{\"value\":1,\"tags\":[\"t\"]}", acme)
                        .status())
                .isEqualTo(204);
        assertThat(get("/v1/cache/entries/plan/own", reader).status()).isEqualTo(200);
        assertThat(get("/v1/cache/entries/plan/own", other).status()).isEqualTo(404);
        assertThat(put("/v1/cache/entries/plan/own", "{\"value\":2}", reader).status())
                .isEqualTo(403);
        assertThat(body("POST", "/v1/cache/entries/plan/batch", "{\"delete\":[\"own\"]}", reader)
                        .status())
                .isEqualTo(403);
        assertThat(body("POST", "/v1/cache/entries/plan/batch", "{\"get\":[\"own\"]}", reader)
                        .status())
                .isEqualTo(200);
        assertThat(body("POST", "/v1/cache/clear", "{}", reader).status()).isEqualTo(403);
        assertThat(body("POST", "/v1/cache/clear", "{\"namespace\":\"results\"}", acme)
                        .status())
                .isEqualTo(403);
        assertThat(body("POST", "/v1/cache/invalidate", "{\"tags\":[\"t\"]}", other)
                        .text())
                .isEqualTo("{\"invalidated\":0}");
        assertThat(body("POST", "/v1/cache/invalidate", "{\"tags\":[\"t\"],\"namespace\":\"plan\"}", acme)
                        .text())
                .isEqualTo("{\"invalidated\":1}");
        assertThat(patch("/v1/cache/config", "{\"ttlMillis\":5000}", acme).status())
                .isEqualTo(403);
    }

    @Test
    void operatorsForgetResultsAndVectorsToo() {
        String operator = key("ops", "operator");
        redis.cli("SET", "c:results:unreadable", "x");
        assertThat(body("POST", "/v1/cache/clear", "{\"namespace\":\"results\"}", operator)
                        .text())
                .isEqualTo("{\"invalidated\":1}");
        assertThat(body("POST", "/v1/cache/clear", "", operator).status()).isEqualTo(200);
        assertThat(body("POST", "/v1/cache/invalidate", "{}", operator).status())
                .isEqualTo(400);
        Answer tags = body("POST", "/v1/cache/invalidate", "{\"namespace\":\"vectors\",\"tags\":[\"t\"]}", operator);
        assertThat(tags.json().get("field").asString()).isEqualTo("tags");
        assertThat(body("POST", "/v1/cache/invalidate", "{\"olderThanMillis\":0,\"prefix\":\"a\"}", operator)
                        .text())
                .isEqualTo("{\"invalidated\":0}");
    }

    @Test
    void boundsChangeLiveReachOtherProcessesAndOutliveThem() throws Exception {
        assertThat(service.get("/v1/cache/config").json().get("staleMillis").asLong())
                .isEqualTo(600_000);
        Answer changed = patch("/v1/cache/config", "{\"staleMillis\":1234,\"localMaxEntries\":5000}");
        assertThat(changed.status()).as(changed.toString()).isEqualTo(200);
        assertThat(changed.json().get("localMaxEntries").asLong()).isEqualTo(5000);
        Awaitility.await()
                .until(() ->
                        second.get("/v1/cache/config").json().get("staleMillis").asLong() == 1234);
        second.close();
        second = RunningService.start(secondHome, redis, API_ONLY);
        Awaitility.await()
                .until(() ->
                        second.get("/v1/cache/config").json().get("staleMillis").asLong() == 1234);
        Answer refused = patch("/v1/cache/config", "{\"localMaxBytes\":1}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("field").asString()).isEqualTo("localMaxBytes");
        assertThat(refused.json().get("detail").asString()).contains("1048576");
        assertThat(patch("/v1/cache/config", "{}").status()).isEqualTo(400);
        assertThat(patch("/v1/cache/config", "{\"size\":1}").json().get("field").asString())
                .isEqualTo("size");
    }

    @Test
    void statisticsAreByNamespace() {
        Answer stats = service.get("/v1/cache/stats");
        assertThat(stats.json().get("namespaces").propertyNames())
                .containsExactlyInAnyOrder("results", "vectors", "notes");
    }
}
