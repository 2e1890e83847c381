package dev.sandmill.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.git.WorkingCopy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A repository that is too large to be embedded at once: searchable by the token table first, exact later,
/// whatever dies meanwhile.
class LargeIndexIT {
    private static final int FILES = 24;
    private static final int FUNCTIONS_PER_FILE = 20;
    private static final String SECRET = "AKIA" + "QWERTYUIOPASDFGH";

    /// The keys whose content has a text in it.
    private static final String EVERYTHING = """
            local found = {}
            for _, key in ipairs(redis.call('KEYS', '*')) do
                local kind, content = redis.call('TYPE', key).ok, {}
                if kind == 'string' then content = {redis.call('GET', key)}
                elseif kind == 'hash' then content = redis.call('HGETALL', key)
                elseif kind == 'list' then content = redis.call('LRANGE', key, 0, -1)
                elseif kind == 'set' then content = redis.call('SMEMBERS', key)
                elseif kind == 'zset' then content = redis.call('ZRANGE', key, 0, -1)
                elseif kind == 'stream' then
                    for _, entry in ipairs(redis.call('XRANGE', key, '-', '+')) do
                        for _, part in ipairs(entry[2]) do content[#content + 1] = part end
                    end
                end
                for _, part in ipairs(content) do
                    if string.find(part, ARGV[1], 1, true) then found[#found + 1] = key break end
                end
            end
            return found""";

    @TempDir
    Path home;

    @TempDir
    Path temp;

    private RedisServer redis;
    private Map<String, String> environment;
    private WorkingCopy copy;

    @BeforeEach
    void prepare() throws Exception {
        redis = RedisServer.start();
        environment = new HashMap<>(RunningService.environment(
                home, redis.uri(), Map.of("SANDMILL_ROLES", "api,index", "EMBED_PARALLELISM", "1")));
        environment.put("SANDMILL_PORT", Integer.toString(ServiceProcess.freePort()));
        copy = WorkingCopy.init(temp.resolve("code"));
        for (int file = 0; file < FILES; file++) {
            copy.write("src/module" + file + ".py", functions(file));
        }
        copy.write("src/leaked.py", "AWS_KEY = '" + SECRET + "'\n" + functions(999));
        copy.commit("one");
    }

    @AfterEach
    void cleanUp() throws Exception {
        redis.close();
    }

    @Test
    void itIsSearchableAtOnceAndExactAfterAKillWithoutEmbeddingWhatWasEmbedded() throws Exception {
        try (ServiceProcess first = ServiceProcess.start(environment, temp.resolve("first.log"))) {
            JsonNode outcome = outcome(first, register(first));
            assertThat(outcome.get("status").asString()).as(outcome.toString()).isEqualTo("ok");
            assertThat(outcome.get("message").asString()).contains("token table");
            assertThat(sketched(first)).isEqualTo(FILES * FUNCTIONS_PER_FILE);
            assertThat(embedders(first)).contains("static");
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> vectors() > 60);
            first.kill();
        }
        try (ServiceProcess second = ServiceProcess.start(environment, temp.resolve("second.log"))) {
            Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> sketched(second) == 0);

            assertThat(embedders(second)).containsOnly("minilm");
            assertThat(vectors()).as("one for each chunk").isEqualTo(FILES * FUNCTIONS_PER_FILE);
            JsonNode exact = only(second, "index-exact");
            assertThat(exact.get("attempt").asInt()).isEqualTo(2);
            assertThat(exact.get("outcome").get("status").asString()).isEqualTo("ok");
            assertThat(exact.get("outcome").get("message").isNull())
                    .as("nothing was lost between batch and index")
                    .isTrue();
            assertThat(embeddedByBatches(second))
                    .as("all but those that the killed process had cached and could not report; none twice")
                    .isBetween(1L, (long) FILES * FUNCTIONS_PER_FILE);
            assertNoSecretIsKept();
        }
    }

    @Test
    void atAnEndpointALargeRunIsSharedInBatchesAndEachTextIsSentOnce() throws Exception {
        for (int file = FILES; file < 80; file++) {
            copy.write("src/module" + file + ".py", functions(file));
        }
        copy.write("src/ignored.py", functions(500)).write(".sandmillignore", "src/ignored.py");
        copy.commit("more");
        try (EmbeddingEndpoint endpoint = new EmbeddingEndpoint(8, 20)) {
            environment.putAll(endpoint.settings());
            try (ServiceProcess service = ServiceProcess.start(environment, temp.resolve("openai.log"))) {
                endpoint.forget();
                JsonNode outcome = outcome(service, register(service));

                assertThat(outcome.get("status").asString())
                        .as(outcome.toString())
                        .isEqualTo("ok");
                JsonNode chunks = outcome.get("chunks");
                assertThat(chunks.get("embedded")).isEqualTo(chunks.get("total"));
                assertThat(chunks.get("total").asLong()).isGreaterThanOrEqualTo(80L * FUNCTIONS_PER_FILE);
                assertThat(endpoint.texts())
                        .isGreaterThanOrEqualTo(chunks.get("total").asLong());
                assertThat(endpoint.mostTimesSent()).isEqualTo(1);
                assertThat(service.get("/v1/jobs?kind=index-batch").get("jobs")).hasSizeGreaterThan(1);
                assertThat(embedders(service)).containsOnly("openai");
            }
        }
    }

    private void assertNoSecretIsKept() throws IOException {
        List<Path> places = new ArrayList<>();
        try (Stream<Path> index = Files.walk(home.resolve("index"))) {
            index.filter(Files::isRegularFile).forEach(places::add);
        }
        assertThat(places).hasSizeGreaterThan(3);
        for (Path file : places) {
            String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            assertThat(bytes.contains(SECRET)).as(file.toString()).isFalse();
        }
        assertThat(redis.cli("EVAL", EVERYTHING, "0", "module7"))
                .as("the search looks where texts would be")
                .isNotBlank();
        assertThat(redis.cli("EVAL", EVERYTHING, "0", SECRET)).isBlank();
    }

    /// Vectors in the cache.
    private long vectors() {
        return redis.cli("KEYS", "*:e:*")
                .lines()
                .filter(line -> !line.isBlank())
                .count();
    }

    /// In all batches, those before the kill included.
    private static long embeddedByBatches(ServiceProcess service) throws Exception {
        long sum = 0;
        for (JsonNode job : service.get("/v1/jobs?kind=index-batch&limit=1000").get("jobs")) {
            assertThat(job.get("state").asString()).as(job.toString()).isEqualTo("done");
            sum += job.get("outcome").get("chunks").get("embedded").asLong();
        }
        return sum;
    }

    private static JsonNode only(ServiceProcess service, String kind) throws Exception {
        JsonNode jobs = service.get("/v1/jobs?kind=" + kind).get("jobs");
        assertThat(jobs).hasSize(1);
        return Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(
                        () -> service.get("/v1/jobs/" + jobs.get(0).get("id").asString()),
                        job -> job.get("state").asString().equals("done"));
    }

    private String register(ServiceProcess service) throws Exception {
        JsonNode made =
                service.post("/v1/repositories", "{\"name\":\"large\",\"url\":\"%s\"}".formatted(copy.folder()));
        return made.get("jobId").asString();
    }

    private static JsonNode outcome(ServiceProcess service, String job) throws Exception {
        JsonNode done = service.get("/v1/jobs/" + job + "?wait=60000");
        assertThat(done.get("state").asString()).as(done.toString()).isEqualTo("done");
        return done.get("outcome");
    }

    private static long sketched(ServiceProcess service) throws Exception {
        return service.get("/v1/repositories/large").get("sketchedChunks").asLong();
    }

    private static List<String> embedders(ServiceProcess service) throws Exception {
        JsonNode answer =
                service.post("/v1/search", "{\"query\":\"how is the value of module 7 computed\",\"limit\":20}");
        List<String> embedders = new ArrayList<>();
        answer.get("hits").forEach(hit -> embedders.add(hit.get("embedder").asString()));
        assertThat(embedders).isNotEmpty();
        return embedders;
    }

    /// Functions that are large enough to be a chunk each, and all different.
    private static String functions(int file) {
        StringBuilder text = new StringBuilder();
        for (int function = 0; function < FUNCTIONS_PER_FILE; function++) {
            text.append("def compute_")
                    .append(file)
                    .append('_')
                    .append(function)
                    .append("(value):\n");
            for (int line = 0; line < 12; line++) {
                text.append("    value = value * ")
                        .append(file * 31 + function * 7 + line)
                        .append(" + offset_")
                        .append(line)
                        .append("_of_module\n");
            }
            text.append("    return value\n\n\n");
        }
        return text.toString();
    }
}
