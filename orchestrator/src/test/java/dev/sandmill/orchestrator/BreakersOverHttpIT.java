package dev.sandmill.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.RunningService.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What hangs is left alone, users can read it, and it comes back by itself.
class BreakersOverHttpIT {
    private static final String JOB = """
            {"kind":"execute","execute":{"language":"python","source":"print(1)"}}""";

    private static void eventually(RunningService service, String breaker, String state) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> state(service, breaker).equals(state));
    }

    private static String state(RunningService service, String breaker) {
        return service.get("/v1/status")
                .json()
                .get("breakers")
                .valueStream()
                .filter(one -> one.get("name").asString().equals(breaker))
                .map(one -> one.get("state").asString())
                .findFirst()
                .orElse("none");
    }

    @Test
    void aFrozenRedisIsLeftAloneSaidSoAndUsedAgainWhenItAnswers(@TempDir Path home) throws Exception {
        try (RedisServer redis = RedisServer.start();
                RunningService service = RunningService.start(home, redis, Map.of("SANDMILL_ROLES", "api"))) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> service.get("/readyz").status() == 200);
            assertThat(service.get("/v1/status").json().get("status").asString())
                    .isEqualTo("healthy");
            redis.pause();
            try {
                eventually(service, "redis", "open");
                Answer refused = service.post("/v1/jobs", JOB);
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.header("Retry-After")).isNotBlank();
                assertThat(service.get("/livez").status()).isEqualTo(200);
                assertThat(service.get("/readyz").status()).isEqualTo(503);
                assertThat(service.get("/v1/status").json().get("status").asString())
                        .isEqualTo("unhealthy");
                assertThat(service.get("/actuator/prometheus").text())
                        .containsPattern("sandmill_breaker_state\\{breaker=\"redis\"\\} [12]");
            } finally {
                redis.resume();
            }
            eventually(service, "redis", "closed");
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> service.post("/v1/jobs", JOB).status() == 202);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> service.get("/v1/status")
                            .json()
                            .get("status")
                            .asString()
                            .equals("healthy"));
        }
    }

    @Test
    void anEndpointThatBreaksIsLeftAloneAndSearchesAreToldToComeBack(@TempDir Path home) throws Exception {
        try (RedisServer redis = RedisServer.start();
                EmbeddingEndpoint endpoint = new EmbeddingEndpoint(10, 0);
                Gate gate = new Gate(endpoint.port())) {
            Map<String, String> settings = new HashMap<>(endpoint.settings());
            settings.put("OPENAI_BASE_URL", "http://127.0.0.1:" + gate.port() + "/v1");
            settings.put("SANDMILL_ROLES", "api,index");
            try (RunningService service = RunningService.start(home, redis, settings)) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> service.get("/readyz").status() == 200);
                gate.shut = true;
                Answer first = service.post("/v1/search", "{\"query\":\"a\"}");
                assertThat(first.status()).as(first.toString()).isEqualTo(503);
                assertThat(first.header("Retry-After")).isNotBlank();
                service.post("/v1/search", "{\"query\":\"b\"}");
                assertThat(state(service, "embeddings")).isEqualTo("open");
                assertThat(service.get("/v1/status").json().get("status").asString())
                        .isEqualTo("degraded");
                gate.shut = false;
                eventually(service, "embeddings", "closed");
                assertThat(service.post("/v1/search", "{\"query\":\"c\"}").status())
                        .isEqualTo(200);
            }
        }
    }

    /// A door in front of a server. Shut, it hangs up on whoever comes.
    private static final class Gate implements AutoCloseable {
        private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final int behind;
        volatile boolean shut;

        Gate(int behind) throws IOException {
            this.behind = behind;
            Thread.ofVirtual().start(this::letIn);
        }

        int port() {
            return door.getLocalPort();
        }

        private void letIn() {
            while (!door.isClosed()) {
                try {
                    Socket outside = door.accept();
                    if (shut) {
                        outside.close();
                        continue;
                    }
                    Socket inside = new Socket(InetAddress.getLoopbackAddress(), behind);
                    Thread.ofVirtual().start(() -> copy(outside, inside));
                    Thread.ofVirtual().start(() -> copy(inside, outside));
                } catch (IOException closed) {
                    return;
                }
            }
        }

        private void copy(Socket from, Socket to) {
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] bytes = new byte[8192];
                for (int count = in.read(bytes); count >= 0 && !shut; count = in.read(bytes)) {
                    out.write(bytes, 0, count);
                    out.flush();
                }
            } catch (IOException cut) {
                // One side is gone; closing the other is all there is to do.
                return;
            }
        }

        @Override
        public void close() throws IOException {
            door.close();
        }
    }
}
