package dev.sandmill.orchestrator;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Prometheus as it is deployed, with the project's own configuration and rules, but that it scrapes another address,
/// and oftener.
final class PrometheusServer implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Process process;
    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();

    private PrometheusServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// @param configuration the project's folder `docker/prometheus`
    /// @param folder for its data and log
    static PrometheusServer start(Path configuration, Path folder, URI service, String key) throws IOException {
        Path secret = Files.writeString(folder.resolve("key"), key);
        String text = Files.readString(configuration.resolve("prometheus.yaml"));
        text = replaced(text, "scrape_interval: 10s", "scrape_interval: 250ms\n  evaluation_interval: 1s");
        text = replaced(
                text,
                "/etc/prometheus/alerts.yaml",
                configuration.resolve("alerts.yaml").toAbsolutePath().toString());
        text = replaced(text, "/run/secrets/sandmill_key", secret.toString());
        text = replaced(text, "sandmill:8080", service.getAuthority());
        Path file = Files.writeString(folder.resolve("prometheus.yaml"), text);
        int port = ServiceProcess.freePort();
        Process process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + file,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        PrometheusServer server = new PrometheusServer(process, port);
        Awaitility.await("Prometheus has scraped; its log is in " + folder)
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> server.query("up{job=\"sandmill\"} == 1").size() == 1);
        return server;
    }

    private static String replaced(String text, String what, String with) {
        if (!text.contains(what)) {
            throw new IllegalStateException("prometheus.yaml does not say " + what + " any more:\n" + text);
        }
        return text.replace(what, with);
    }

    /// The series that an expression has now.
    JsonNode query(String expression) throws IOException, InterruptedException {
        JsonNode answer = get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        if (!answer.get("status").asString().equals("success")) {
            throw new IllegalArgumentException(expression + ": " + answer);
        }
        return answer.get("data").get("result");
    }

    /// Its rules, as it loaded and last evaluated them.
    JsonNode rules() throws IOException, InterruptedException {
        return get("/api/v1/rules").get("data").get("groups").get(0).get("rules");
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .build();
        return MAPPER.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
