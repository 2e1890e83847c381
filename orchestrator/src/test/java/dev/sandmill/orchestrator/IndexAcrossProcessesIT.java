package dev.sandmill.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.RunningService.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two processes that could hold the index and a front that could not, on one Redis: there is one index, whoever is
/// asked, and it is made again where its holder is gone.
class IndexAcrossProcessesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private static RunningService start(Path home, RedisServer redis, String name, String roles) throws Exception {
        RunningService service = RunningService.start(
                home, redis, Map.of("SANDMILL_ROLES", roles, "SANDMILL_INSTANCE", name, "EMBEDDER", "static"));
        Awaitility.await().atMost(PATIENCE).until(() -> service.get("/readyz").status() == 200);
        return service;
    }

    private Path repository() throws Exception {
        Path work = Files.createDirectory(folder.resolve("work"));
        try (Git git = Git.init().setDirectory(work.toFile()).call()) {
            Files.writeString(
                    work.resolve("bank.py"),
                    "def compound_interest(principal, rate, years):\n    return principal * (1 + rate) ** years\n");
            git.add().addFilepattern(".").call();
            git.commit()
                    .setSign(false)
                    .setAuthor("A", "a@example.org")
                    .setMessage("first")
                    .call();
        }
        return work;
    }

    private static void register(RunningService asked, String name, Path work) {
        Answer made =
                asked.post("/v1/repositories", "{\"name\":\"%s\",\"url\":\"%s\"}".formatted(name, work.toString()));
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        String job = made.json().get("jobId").asString();
        Answer done = asked.get("/v1/jobs/" + job + "?wait=60000");
        assertThat(done.json().get("outcome").get("status").asString())
                .as(done.toString())
                .isEqualTo("ok");
    }

    private static List<String> found(RunningService asked) {
        Answer answer = asked.post("/v1/search", "{\"query\":\"compound interest of a principal\"}");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json()
                .get("hits")
                .valueStream()
                .map(hit ->
                        hit.get("repository").asString() + ":" + hit.get("path").asString())
                .sorted()
                .toList();
    }

    private static boolean finds(RunningService asked, String repository) {
        Answer answer = asked.post("/v1/search", "{\"query\":\"compound interest of a principal\"}");
        return answer.status() == 200 && answer.text().contains("\"" + repository + "\"");
    }

    @Test
    void thereIsOneIndexAndAnotherProcessMakesItAgain() throws Exception {
        Path work = repository();
        Path firstHome = folder.resolve("first");
        try (RedisServer redis = RedisServer.start()) {
            RunningService first = start(firstHome, redis, "first", "api,index");
            try (RunningService second = start(folder.resolve("second"), redis, "second", "api,index");
                    RunningService front = start(folder.resolve("front"), redis, "front", "api")) {
                register(second, "one", work);
                register(front, "two", work);
                isSharedByAll(first, second, front);
                // However slow this machine is, for Redis nobody has been away for half a minute yet.
                redis.cli("SET", "calls:{calls}:since", Long.toString(System.currentTimeMillis() + 3_600_000));
                first.close();
                isKeptWhileNobodyHoldsIt(front);

                // Half a minute later, for Redis.
                redis.cli("SET", "calls:{calls}:since", "1");
                isMadeAgain(second, front);
                try (RunningService again = start(firstHome, redis, "first", "api,index")) {
                    register(again, "three", work);
                    assertThat(found(again)).containsExactly("one:bank.py", "three:bank.py");
                    assertThat(found(second)).containsExactly("one:bank.py", "three:bank.py");
                }
            } finally {
                first.close();
            }
        }
    }

    private static void isSharedByAll(RunningService first, RunningService second, RunningService front) {
        for (RunningService asked : List.of(first, second, front)) {
            assertThat(found(asked)).containsExactly("one:bank.py", "two:bank.py");
        }
        assertThat(second.delete("/v1/repositories/two").status()).isEqualTo(204);
        for (RunningService asked : List.of(first, second, front)) {
            assertThat(found(asked)).containsExactly("one:bank.py");
        }
    }

    private static void isKeptWhileNobodyHoldsIt(RunningService front) {
        Answer away = front.post("/v1/search", "{\"query\":\"interest\"}");
        assertThat(away.status()).as(away.toString()).isEqualTo(503);
        assertThat(away.header("Retry-After")).isNotEmpty();
        assertThat(front.delete("/v1/repositories/one").status()).isEqualTo(503);
        assertThat(front.get("/v1/repositories/one").status()).isEqualTo(200);
    }

    private static void isMadeAgain(RunningService second, RunningService front) {
        Awaitility.await().atMost(PATIENCE).until(() -> finds(front, "one"));
        assertThat(found(second)).containsExactly("one:bank.py");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> second.get("/v1/repositories/one")
                        .json()
                        .get("state")
                        .asString()
                        .equals("ready"));
    }
}
