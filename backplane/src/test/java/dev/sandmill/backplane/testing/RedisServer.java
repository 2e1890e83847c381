package dev.sandmill.backplane.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A real `redis-server` on a free port with a directory of its own, which a test may kill, stop and start again.
public final class RedisServer implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(20);

    private final Path directory;
    private final int port;
    private final List<String> options;
    private @Nullable Process process;

    private RedisServer(Path directory, int port, List<String> options) {
        this.directory = directory;
        this.port = port;
        this.options = options;
    }

    /// Keeps nothing on disk, so a restart loses everything.
    public static RedisServer start(String... options) {
        List<String> all = new ArrayList<>(List.of("--appendonly", "no"));
        all.addAll(List.of(options));
        return started(all);
    }

    /// Has written what it acknowledged, so a restart loses nothing.
    public static RedisServer startDurable() {
        return started(List.of("--appendonly", "yes", "--appendfsync", "always"));
    }

    /// A copy of the server at this address, not yet complete.
    public static RedisServer startReplicaOf(URI primary) {
        return start("--replicaof", primary.getHost() + " " + primary.getPort(), "--repl-diskless-sync-delay", "0");
    }

    /// Whether this replica has all that its primary has.
    public boolean hasAllOf(RedisServer primary) {
        String there = field(primary.cli("INFO", "replication"), "master_repl_offset");
        String here = cli("INFO", "replication");
        return field(here, "master_link_status").equals("up")
                && field(here, "slave_repl_offset").equals(there);
    }

    private static String field(String information, String name) {
        return information
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }

    /// A replica becomes a primary.
    public void promote() {
        String answer = cli("REPLICAOF", "NO", "ONE");
        if (!answer.equals("OK")) {
            throw new IllegalStateException("the replica was not promoted: " + answer);
        }
    }

    /// Writes its log of changes every second, and starts as one that has the whole disk.
    public static RedisServer startWithLog() {
        return started(List.of("--appendonly", "yes", "--appendfsync", "everysec"));
    }

    /// From now on every write to its disk that makes a file longer fails, or works again.
    public void fillDisk(boolean full) {
        String bytes = full ? "1" : "unlimited";
        String said =
                output(List.of("prlimit", "--pid", Long.toString(running().pid()), "--fsize=" + bytes + ":unlimited"));
        if (!said.isEmpty()) {
            throw new IllegalStateException(said);
        }
    }

    private static RedisServer started(List<String> options) {
        try {
            RedisServer server = new RedisServer(Files.createTempDirectory("sandmill-redis"), freePort(), options);
            server.launch();
            return server;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public URI uri() {
        return URI.create("redis://127.0.0.1:" + port);
    }

    public int port() {
        return port;
    }

    /// As a power cut would.
    public void kill() {
        Process running = running();
        running.destroyForcibly();
        await(running);
        process = null;
    }

    /// Starts again after [#kill()], with what is on its disk.
    public void restart() {
        if (process != null) {
            kill();
        }
        launch();
    }

    /// Stops answering without closing a connection.
    public void pause() {
        signal("STOP");
    }

    public void resume() {
        signal("CONT");
    }

    /// What `redis-cli` prints for this command.
    public String cli(String... command) {
        List<String> line = new ArrayList<>(List.of("redis-cli", "-p", Integer.toString(port), "--raw"));
        line.addAll(List.of(command));
        return output(line);
    }

    private static String output(List<String> line) {
        try {
            Process cli = new ProcessBuilder(line).redirectErrorStream(true).start();
            cli.getOutputStream().close();
            String output = new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            await(cli);
            return output.strip();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Doing it again does nothing.
    @Override
    public void close() {
        if (!Files.exists(directory)) {
            return;
        }
        if (process != null) {
            process.destroyForcibly();
            await(process);
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void signal(String name) {
        output(List.of("kill", "-" + name, Long.toString(running().pid())));
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("this Redis is not running");
        }
        return process;
    }

    private void launch() {
        // A limit on the length of files then fails a write, as a full disk does, instead of ending the server.
        List<String> line = new ArrayList<>(List.of(
                "sh",
                "-c",
                "trap '' XFSZ; exec \"$@\"",
                "sh",
                "redis-server",
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                directory.toString(),
                "--daemonize",
                "no"));
        line.addAll(options);
        try {
            process = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("redis.log").toFile())
                    .start();
        } catch (IOException failed) {
            throw new UncheckedIOException("redis-server has to be on the PATH", failed);
        }
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!answers()) {
            if (System.nanoTime() > deadline || !running().isAlive()) {
                throw new IllegalStateException("redis-server did not start; its log is in " + directory);
            }
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '+';
        } catch (IOException refused) {
            pause(Duration.ofMillis(5));
            return false;
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(Process process) {
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + process.pid() + " does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
