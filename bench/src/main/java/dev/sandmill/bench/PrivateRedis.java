package dev.sandmill.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A `redis-server` on a free port of this machine, of which nothing is left afterwards.
final class PrivateRedis implements AutoCloseable {
    /// What is on the disk before a command is answered.
    enum Persistence {
        NONE("none", "--appendonly", "no"),
        EVERYSEC("everysec", "--appendonly", "yes", "--appendfsync", "everysec"),
        ALWAYS("always", "--appendonly", "yes", "--appendfsync", "always");

        private final String label;
        private final List<String> options;

        Persistence(String label, String... options) {
            this.label = label;
            this.options = List.of(options);
        }

        String label() {
            return label;
        }
    }

    private static final Duration START_TIMEOUT = Duration.ofSeconds(20);

    private final TemporaryFolder folder;
    private final int port;
    private final Process process;

    private PrivateRedis(TemporaryFolder folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /// @param parent on the disk that the append-only file is to be written to
    static PrivateRedis start(Path parent, Persistence persistence) throws IOException, InterruptedException {
        TemporaryFolder folder = TemporaryFolder.createIn(parent);
        int port = freePort();
        List<String> command =
                new ArrayList<>(List.of("redis-server", "--port", Integer.toString(port), "--bind", "127.0.0.1"));
        command.addAll(List.of("--save", "", "--dir", folder.path().toString()));
        command.addAll(persistence.options);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.path().resolve("redis.log").toFile())
                .start();
        PrivateRedis redis = new PrivateRedis(folder, port, process);
        try {
            redis.awaitAnswer();
            return redis;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            redis.close();
            throw failed;
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!answers()) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new IOException("redis-server does not start: "
                        + Files.readString(folder.path().resolve("redis.log")));
            }
            Thread.sleep(5);
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '+';
        } catch (IOException notYet) {
            return false;
        }
    }

    int port() {
        return port;
    }

    URI uri() {
        return URI.create("redis://127.0.0.1:" + port);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        folder.close();
    }
}
