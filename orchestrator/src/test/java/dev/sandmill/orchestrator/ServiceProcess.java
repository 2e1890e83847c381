package dev.sandmill.orchestrator;

import dev.sandmill.orchestrator.config.ServiceConfig;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The service as a process of its own, so that it can be killed for real.
final class ServiceProcess implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Process process;
    private final Map<String, String> environment;
    private final HttpClient http = HttpClient.newHttpClient();

    private ServiceProcess(Process process, Map<String, String> environment) {
        this.process = process;
        this.environment = environment;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /// Starts and waits until it is ready. The environment has to name a port.
    static ServiceProcess start(Map<String, String> environment, Path log) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sandmill.orchestrator.Main",
                "serve"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("SANDMILL_"));
        builder.environment().putAll(environment);
        ServiceProcess service = new ServiceProcess(builder.start(), environment);
        try {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(4))
                    .pollInterval(Duration.ofMillis(100))
                    .until(service::isReady);
        } catch (RuntimeException | Error neverReady) {
            service.close();
            throw neverReady;
        }
        return service;
    }

    private boolean isReady() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("the service ended with " + process.exitValue());
        }
        try {
            return http.send(request("/readyz").build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return MAPPER.readTree(http.send(request(path).build(), HttpResponse.BodyHandlers.ofByteArray())
                .body());
    }

    String scrape() throws IOException, InterruptedException {
        return http.send(request("/actuator/prometheus").build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    JsonNode post(String path, String body) throws IOException, InterruptedException {
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return MAPPER.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
    }

    private HttpRequest.Builder request(String path) throws IOException {
        Path key = ServiceConfig.from(environment).adminKeyFile();
        String secret = Files.exists(key) ? Files.readString(key).strip() : "";
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + environment.get("SANDMILL_PORT") + path))
                .timeout(Duration.ofSeconds(90))
                .header("Authorization", "Bearer " + secret);
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// Asks it to stop, as an init system does, and returns its exit code.
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the service did not stop within 60 s");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
