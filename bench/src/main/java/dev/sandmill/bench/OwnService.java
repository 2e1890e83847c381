package dev.sandmill.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A service of its own on a free port of this machine, out of the same program, of which nothing is left afterwards.
final class OwnService implements AutoCloseable {
    private static final String MAIN = "dev.sandmill.orchestrator.Main";
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

    private final TemporaryFolder home;
    private final int port;
    private final Process process;

    private OwnService(TemporaryFolder home, int port, Process process) {
        this.home = home;
        this.port = port;
        this.process = process;
    }

    /// @param settings environment variables besides those of where it is
    static OwnService start(URI redis, Map<String, String> settings) throws IOException, InterruptedException {
        TemporaryFolder home = TemporaryFolder.create();
        int port = PrivateRedis.freePort();
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Xss4m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MAIN,
                        "serve"))
                .redirectErrorStream(true)
                .redirectOutput(new File(home.path().toFile(), "service.log"));
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("SANDMILL_HOME", home.path().toString());
        environment.put("SANDMILL_PORT", Integer.toString(port));
        environment.put("SANDMILL_INSTANCE", "bench-" + port);
        environment.put("REDIS_URL", redis.toString());
        builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_"));
        builder.environment().putAll(environment);
        OwnService service = new OwnService(home, port, builder.start());
        try {
            service.awaitReady();
            return service;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            service.close();
            throw failed;
        }
    }

    Target target() {
        return new Target(URI.create("http://127.0.0.1:" + port), home.path().resolve("admin.key"));
    }

    /// Processor time since its start.
    Duration processorTime() {
        return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!isReady()) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new IOException("a service of its own does not start: "
                        + Files.readString(home.path().resolve("service.log")));
            }
            Thread.sleep(50);
        }
    }

    private boolean isReady() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(2000);
            socket.getOutputStream()
                    .write("GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .startsWith("HTTP/1.1 200 ");
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        if (!process.onExit()
                .orTimeout(60, java.util.concurrent.TimeUnit.SECONDS)
                .handle((_, late) -> late == null)
                .join()) {
            process.destroyForcibly().onExit().join();
        }
        home.close();
    }
}
