package dev.sandmill.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Processes that embed for the service, each one text at a time; while they run, so does the service itself.
final class MoreWorkers implements AutoCloseable {
    private static final int MOST_TRIES = 600;
    private final List<Process> processes = new ArrayList<>();

    private MoreWorkers() {}

    static MoreWorkers start(int count, Path scratch) throws IOException, InterruptedException {
        MoreWorkers workers = new MoreWorkers();
        for (int number = 0; number < count; number++) {
            int port = freePort();
            Path home = Files.createDirectories(scratch.resolve("worker-" + count + "-" + number));
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-Xss4m",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "dev.sandmill.orchestrator.Main",
                            "serve")
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("log").toFile());
            builder.environment()
                    .putAll(Map.of(
                            "SANDMILL_HOME",
                            home.toString(),
                            "SANDMILL_PORT",
                            Integer.toString(port),
                            "SANDMILL_ROLES",
                            "embed",
                            "SANDMILL_INSTANCE",
                            "bench-worker-" + number,
                            "EMBED_PARALLELISM",
                            "1"));
            workers.processes.add(builder.start());
            awaitLife(port, home);
        }
        return workers;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void awaitLife(int port, Path home) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/livez"))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int tries = 0; tries < MOST_TRIES; tries++) {
                try {
                    if (http.send(request, HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 200) {
                        return;
                    }
                } catch (IOException notYet) {
                    Thread.sleep(100);
                }
            }
        }
        throw new IOException("a worker did not start; its log is " + home.resolve("log"));
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.destroy();
        }
        for (Process process : processes) {
            process.onExit().join();
        }
    }
}
