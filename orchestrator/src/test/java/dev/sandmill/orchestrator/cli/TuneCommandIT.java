package dev.sandmill.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.EmbeddingEndpoint;
import dev.sandmill.orchestrator.RunningService;
import dev.sandmill.orchestrator.config.ServiceConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The sweep against a whole service: real containers, a real repository, an endpoint that works on four calls at once.
class TuneCommandIT {
    private static RedisServer redis;
    private static EmbeddingEndpoint endpoint;
    private static RunningService service;
    private static Map<String, String> environment;

    @BeforeAll
    static void start(@TempDir Path home) throws Exception {
        redis = RedisServer.start();
        endpoint = new EmbeddingEndpoint(4, 60);
        Map<String, String> settings = new HashMap<>(endpoint.settings());
        settings.put("SANDMILL_ROLES", "api,execute,index");
        try (ServerSocket socket = new ServerSocket(0)) {
            settings.put("SANDMILL_PORT", Integer.toString(socket.getLocalPort()));
        }
        environment = RunningService.environment(home, redis.uri(), settings);
        service = RunningService.start(home, redis, environment);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> service.get("/readyz").status() == 200);
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        endpoint.close();
        redis.close();
    }

    private record Ended(int code, String out, String errors) {}

    private static Ended tune(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        String[] all = new String[arguments.length + 1];
        all[0] = "tune";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        int code = CommandLineClient.run(
                ServiceConfig.from(environment),
                Map.of("COLUMNS", "44"),
                all,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8));
        return new Ended(code, out.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
    }

    private static JsonNode values() {
        return service.get("/v1/tuning").json();
    }

    @Test
    void showsTheCurveOfProgramsInANarrowTerminalAndChangesNothing() {
        JsonNode before = values();
        Ended ended = tune("--execute", "--seconds", "1");
        assertThat(ended.code()).as(ended.errors()).isZero();
        assertThat(ended.out().lines().toList())
                .anySatisfy(line -> assertThat(line).contains("p50 ms"))
                .anySatisfy(line -> assertThat(line).startsWith("        1"))
                .anySatisfy(line -> assertThat(line).contains("█"))
                .anySatisfy(line -> assertThat(line).startsWith("        2"))
                .anySatisfy(line -> assertThat(line).startsWith("executeSlots "))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(44));
        assertThat(values()).isEqualTo(before);
    }

    @Test
    void findsWhatTheEndpointBearsSetsItAndLeavesNoRepository() {
        Ended ended = tune("--embedding", "--seconds", "1", "--apply", "--json");
        assertThat(ended.code()).as(ended.errors()).isZero();
        JsonNode measured = JsonMapper.builder().build().readTree(ended.out());
        assertThat(measured.get("applied").asBoolean()).isTrue();
        assertThat(measured.at("/sweeps/0/points").size()).isGreaterThanOrEqualTo(6);
        assertThat(measured.at("/sweeps/0/points"))
                .as("what is proposed was measured")
                .anySatisfy(point -> assertThat(point.get("settings")).isEqualTo(measured.get("proposed")));
        long proposed = measured.at("/proposed/parallelism").asLong();
        assertThat(values().get("parallelism").asLong()).isEqualTo(proposed);
        assertThat(values().get("batchTokens").asLong())
                .isEqualTo(measured.at("/proposed/batchTokens").asLong());
        assertThat(service.get("/v1/repositories").text()).doesNotContain("tune-");
    }

    @Test
    void interruptedItPutsEverythingBack(@TempDir Path folder) throws Exception {
        JsonNode before = values();
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Djava.io.tmpdir=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.sandmill.orchestrator.Main",
                        "tune",
                        "--embedding",
                        "--seconds",
                        "20"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("tune.log").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SANDMILL_"));
        builder.environment().putAll(environment);
        Process tuning = builder.start();
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> !values().equals(before)
                            && service.get("/v1/repositories").text().contains("tune-"));
            tuning.destroy();
            assertThat(tuning.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            tuning.destroyForcibly();
        }
        assertThat(values()).isEqualTo(before);
        assertThat(service.get("/v1/repositories").text()).doesNotContain("tune-");
        try (var left = java.nio.file.Files.list(folder)) {
            assertThat(left).noneMatch(path -> path.getFileName().toString().startsWith("sandmill-tune"));
        }
    }

    @Test
    void badSecondsAreRefused() {
        Ended ended = tune("--seconds", "0");
        assertThat(ended.code()).isEqualTo(CommandLineClient.USAGE);
        assertThat(ended.errors()).contains("--seconds has to be from 1 to 60, not 0");
    }
}
