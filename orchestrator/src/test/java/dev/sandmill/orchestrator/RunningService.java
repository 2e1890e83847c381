package dev.sandmill.orchestrator;

import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.config.ServiceConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The whole service in this process, on a free port, over a real Redis and the real Docker.
public final class RunningService implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final ConfigurableApplicationContext context;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String adminKey;
    private final int port;

    private RunningService(ConfigurableApplicationContext context, ServiceConfig config) throws IOException {
        this.context = context;
        this.adminKey = Files.readString(config.adminKeyFile()).strip();
        this.port = Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                .getPort();
    }

    public static RunningService start(Path home, RedisServer redis, Map<String, String> settings) throws IOException {
        Map<String, String> environment = environment(home, redis.uri(), settings);
        ServiceConfig config = ServiceConfig.from(environment);
        return new RunningService(Service.start(config), config);
    }

    /// What a service needs to find around it, on any free port.
    public static Map<String, String> environment(Path home, URI redis, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>();
        environment.put("SANDMILL_HOME", home.toString());
        environment.put("SANDMILL_PORT", "0");
        environment.put(
                "SANDMILL_INSTANCE", "test-" + UUID.randomUUID().toString().substring(0, 8));
        environment.put("REDIS_URL", redis.toString());
        environment.put("SANDMILL_IMAGES", projectPath("SANDMILL_TEST_IMAGES", "docker/images"));
        environment.put("SANDMILL_SECCOMP", projectPath("SANDMILL_TEST_SECCOMP", "docker/seccomp/sandmill.json"));
        Optional.ofNullable(System.getenv("SANDMILL_IMAGE_TAG"))
                .ifPresent(tag -> environment.put("SANDMILL_IMAGE_TAG", tag));
        Optional.ofNullable(System.getenv("DOCKER_HOST")).ifPresent(host -> environment.put("DOCKER_HOST", host));
        environment.putAll(settings);
        return environment;
    }

    private static String projectPath(String variable, String path) {
        return Optional.ofNullable(System.getenv(variable))
                .orElseGet(() ->
                        Path.of("..").resolve(path).toAbsolutePath().normalize().toString());
    }

    public ConfigurableApplicationContext context() {
        return context;
    }

    public String adminKey() {
        return adminKey;
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    public Answer get(String path) {
        return send(request(path).GET());
    }

    public Answer delete(String path) {
        return send(request(path).DELETE());
    }

    public Answer post(String path, String body, String... headers) {
        return post(path, body.getBytes(java.nio.charset.StandardCharsets.UTF_8), headers);
    }

    public Answer post(String path, byte[] body, String... headers) {
        HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        request.setHeader("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return send(request);
    }

    /// A request with the admin key; set headers again to change them.
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(120))
                .setHeader("Authorization", "Bearer " + adminKey);
    }

    public Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        context.close();
    }

    /// A response and its body as JSON.
    public record Answer(HttpResponse<byte[]> response) {
        public int status() {
            return response.statusCode();
        }

        public JsonNode json() {
            return MAPPER.readTree(response.body());
        }

        public String text() {
            return new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        @Override
        public String toString() {
            return status() + " " + text();
        }
    }
}
