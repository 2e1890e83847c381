package dev.sandmill.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.RunningService.Answer;
import dev.sandmill.orchestrator.git.WorkingCopy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A real repository through the front door: registered, indexed, found, pushed to.
class IndexOverHttpIT {
    private static RedisServer redis;
    private static RunningService service;

    @TempDir
    Path folder;

    private WorkingCopy copy;
    private String name;

    @BeforeAll
    static void start(@TempDir Path home) throws Exception {
        redis = RedisServer.start();
        service = RunningService.start(home, redis, Map.of("SANDMILL_ROLES", "api,index"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> service.get("/readyz").status() == 200);
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        redis.close();
    }

    @BeforeEach
    void makeRepository() {
        name = "r-" + UUID.randomUUID();
        copy = WorkingCopy.init(folder);
        copy.write("src/bank.py", """
                class Account:
                    def withdraw(self, amount):
                        if amount > self.balance:
                            raise ValueError("insufficient funds")
                        self.balance -= amount


                def compound_interest(principal, rate, years):
                    return principal * (1 + rate) ** years
                """);
        copy.write(
                "src/parse.js",
                "export function parseCsvLine(line) {\n  return line.split(',').map(s => s.trim());\n}\n");
        copy.write("node_modules/dep/index.js", "export function vendoredFunction() { return 1; }\n");
        copy.commit("first");
    }

    @Test
    void aRepositoryIsIndexedAndFoundByMeaning() {
        JsonNode outcome = outcomeOf(register());

        assertThat(outcome.get("status").asString()).as(outcome.toString()).isEqualTo("ok");
        assertThat(outcome.get("files").get("seen").asInt()).isEqualTo(3);
        assertThat(outcome.get("files").get("skipped").asInt()).isEqualTo(1);
        JsonNode chunks = outcome.get("chunks");
        assertThat(chunks.get("total").asInt()).isPositive();
        // Another test may have embedded the same text already.
        assertThat(chunks.get("embedded").asInt() + chunks.get("reused").asInt())
                .isEqualTo(chunks.get("total").asInt());
        JsonNode hit = search("take money out of an account").get("hits").get(0);
        assertThat(hit.get("path").asString()).isEqualTo("src/bank.py");
        assertThat(hit.get("startLine").asInt()).isPositive();
        assertThat(hit.get("snippet").asString()).contains("withdraw");
        assertThat(search("parseCsvLine").get("hits").get(0).get("path").asString())
                .isEqualTo("src/parse.js");
        assertThat(search("vendoredFunction").toString()).doesNotContain("node_modules");
        JsonNode repository = service.get("/v1/repositories/" + name).json();
        assertThat(repository.get("indexedCommit").asString()).hasSize(40);
        assertThat(repository.get("files").asInt()).isEqualTo(2);
    }

    @Test
    void aSecondRunEmbedsNothingAnEditOnlyItsChunkAndADeletedFileIsGone() throws Exception {
        outcomeOf(register());

        JsonNode again = outcomeOf(index());
        assertThat(again.get("chunks").get("embedded").asInt()).isZero();
        assertThat(again.get("files").get("changed").asInt()).isZero();

        copy.write(
                "src/bank.py",
                Files.readString(folder.resolve("src/bank.py")) + "\n\ndef overdraft_fee():\n    return 35\n");
        copy.commit("edit");
        JsonNode edit = outcomeOf(index());
        assertThat(edit.get("files").get("changed").asInt()).isEqualTo(1);
        assertThat(edit.get("chunks").get("embedded").asInt())
                .as(edit.toString())
                .isEqualTo(1);
        assertThat(search("overdraft_fee").get("hits").get(0).get("snippet").asString())
                .contains("35");

        copy.git("rm", "-q", "src/parse.js");
        copy.commit("delete");
        JsonNode deleted = outcomeOf(index());
        assertThat(deleted.get("chunks").get("deleted").asInt()).isPositive();
        assertThat(search("parseCsvLine").toString()).doesNotContain("src/parse.js");
    }

    @Test
    void aSignedPushReindexesAForgedOneIsRefusedARepeatedOneIsTheSameJob() throws Exception {
        outcomeOf(register());
        String hook = "hook-" + UUID.randomUUID();
        Answer made = service.post("/v1/webhooks", """
                {"name":"%s","provider":"github","secret":"It's a Secret to Everybody","repository":"%s"}""".formatted(hook, name));
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        assertThat(service.get("/v1/webhooks").text()).contains(hook).doesNotContain("Everybody");
        copy.write("src/new.py", "def pushed_feature():\n    return 'from a push'\n");
        copy.commit("push");
        String payload = """
                {"ref":"refs/heads/main","before":"%s","after":"%s","repository":{"clone_url":"https://evil.example/x.git"}}""".formatted("0".repeat(40), copy.head());
        String delivery = UUID.randomUUID().toString();

        Answer forged = push(hook, payload, "sha256=" + "0".repeat(64), delivery);
        Answer unknown = push("nobody", payload, sign(payload), delivery);
        Answer accepted = push(hook, payload, sign(payload), delivery);
        Answer repeated = push(hook, payload, sign(payload), delivery);

        assertThat(forged.status()).isEqualTo(401);
        assertThat(unknown.status()).isEqualTo(401);
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        assertThat(repeated.status()).isEqualTo(200);
        assertThat(repeated.json().get("id")).isEqualTo(accepted.json().get("id"));
        JsonNode outcome = outcomeOf(accepted.json().get("id").asString());
        assertThat(outcome.get("commit").asString()).isEqualTo(copy.head());
        assertThat(search("pushed_feature").get("hits").get(0).get("path").asString())
                .isEqualTo("src/new.py");
    }

    @Test
    void whatWasMovedTurnedBackOrHasOtherLineEndsIsNotEmbeddedAgain() throws Exception {
        outcomeOf(register());

        copy.git("mv", "src/bank.py", "src/money.py");
        copy.commit("rename");
        assertReused(outcomeOf(index()));
        copy.git("revert", "--no-edit", "HEAD");
        assertReused(outcomeOf(index()));
        copy.git("checkout", "-q", "-b", "other");
        copy.write("src/more.py", "def more_of_it(amount):\n    return amount * 2\n");
        copy.commit("on a branch");
        copy.git("checkout", "-q", "main");
        copy.git("merge", "-q", "--ff-only", "other");
        assertThat(outcomeOf(index()).at("/chunks/embedded").asInt()).isEqualTo(1);
        copy.git("reset", "-q", "--hard", "HEAD~1");
        outcomeOf(index());
        copy.git("merge", "-q", "--ff-only", "other");
        assertReused(outcomeOf(index()));
        copy.write(
                "src/bank.py", Files.readString(folder.resolve("src/bank.py")).replace("\n", "\r\n"));
        copy.commit("line ends");
        assertReused(outcomeOf(index()));
    }

    private static void assertReused(JsonNode outcome) {
        JsonNode chunks = outcome.get("chunks");
        assertThat(chunks.get("total").asInt()).as(outcome.toString()).isPositive();
        assertThat(chunks.get("reused")).as(outcome.toString()).isEqualTo(chunks.get("total"));
    }

    @Test
    void anotherTenantSeesNothingOfIt() {
        outcomeOf(register());
        String key = service.post("/v1/keys", """
                {"name":"o","tenant":"outsider","roles":["agent"]}""").json().get("key").asString();

        String bearer = "Bearer " + key;
        Answer found = service.post("/v1/search", "{\"query\":\"withdraw money\"}", "Authorization", bearer);
        assertThat(found.json().get("hits")).isEmpty();
        assertThat(service.send(service.request("/v1/repositories/" + name).setHeader("Authorization", bearer))
                        .status())
                .isEqualTo(404);
        assertThat(service.post("/v1/repositories/" + name + "/index", "{}", "Authorization", bearer)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void wrongInputIsRefusedWithItsFieldNamed() {
        assertThat(register()).isNotBlank();
        assertThat(service.post("/v1/repositories", body(name)).status()).isEqualTo(409);
        assertThat(service.post("/v1/repositories", body("a/b"))
                        .json()
                        .get("field")
                        .asString())
                .isEqualTo("name");
        for (String url : new String[] {
            "relative/path",
            "ext::sh -c id",
            "http://127.0.0.1/x.git",
            "https://169.254.169.254/x.git",
            "ssh://-oProxyCommand=id/x",
            "/nonexistent-folder"
        }) {
            Answer refused = service.post("/v1/repositories", "{\"name\":\"x\",\"url\":\"%s\"}".formatted(url));
            assertThat(refused.status()).as(url + " " + refused).isBetween(400, 422);
            assertThat(refused.json().get("field").asString()).isEqualTo("url");
        }
        assertThat(service.post("/v1/search", "{\"query\":\"\"}").status()).isEqualTo(400);
        assertThat(service.post("/v1/search", "{\"query\":\"x\",\"limit\":1000}")
                        .json()
                        .get("field")
                        .asString())
                .isEqualTo("limit");
        assertThat(service.post("/v1/search", "{\"query\":\"x\",\"repositories\":[\"nowhere\"]}")
                        .status())
                .isEqualTo(404);
        assertThat(service.post("/v1/repositories/nowhere/index", "{}").status())
                .isEqualTo(404);
        assertThat(service.post("/v1/webhooks", "{\"name\":\"h\"}").status()).isEqualTo(400);
    }

    @Test
    void aDroppedRepositoryIsGone() {
        outcomeOf(register());

        assertThat(service.delete("/v1/repositories/" + name).status()).isEqualTo(204);

        assertThat(service.get("/v1/repositories/" + name).status()).isEqualTo(404);
        assertThat(service.post("/v1/search", "{\"query\":\"withdraw money from account\"}")
                        .text())
                .doesNotContain(name);
    }

    private String body(String repository) {
        return "{\"name\":\"%s\",\"url\":\"%s\"}".formatted(repository, folder);
    }

    private String register() {
        Answer made = service.post("/v1/repositories", body(name));
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        return made.json().get("jobId").asString();
    }

    private String index() {
        Answer accepted = service.post("/v1/repositories/" + name + "/index", "{}");
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        return accepted.json().get("id").asString();
    }

    private JsonNode outcomeOf(String job) {
        JsonNode done = service.get("/v1/jobs/" + job + "?wait=60000").json();
        assertThat(done.get("state").asString()).as(done.toString()).isEqualTo("done");
        return done.get("outcome");
    }

    private JsonNode search(String query) {
        Answer answer =
                service.post("/v1/search", "{\"query\":\"%s\",\"repositories\":[\"%s\"]}".formatted(query, name));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json();
    }

    private static Answer push(String hook, String payload, String signature, String delivery) {
        return service.send(service.request("/webhooks/github/" + hook)
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(payload))
                .setHeader("Authorization", "")
                .setHeader("Content-Type", "application/json")
                .setHeader("X-GitHub-Event", "push")
                .setHeader("X-GitHub-Delivery", delivery)
                .setHeader("X-Hub-Signature-256", signature));
    }

    private static String sign(String payload) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("It's a Secret to Everybody".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return "sha256=" + HexFormat.of().formatHex(mac.doFinal(payload.getBytes(StandardCharsets.UTF_8)));
    }
}
