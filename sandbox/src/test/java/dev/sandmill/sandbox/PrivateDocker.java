package dev.sandmill.sandbox;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/// A Docker daemon of its own, which may be stopped, killed and started again. Needs root and `dockerd`; touches
/// nothing of the machine's own daemon but the images that are copied out of it.
final class PrivateDocker implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path home;
    private final List<String> more;
    private Process daemon;

    PrivateDocker(Path home, String... more) throws IOException {
        this.home = home;
        this.more = List.of(more);
        this.daemon = launch();
    }

    URI dockerHost() {
        return URI.create("unix://" + socket());
    }

    private Path socket() {
        return home.resolve("docker.sock");
    }

    private Process launch() throws IOException {
        String namespace = "sandmill-" + home.getFileName();
        List<String> command = new ArrayList<>(List.of(
                "dockerd",
                "--host=" + dockerHost(),
                "--data-root=" + home.resolve("data"),
                "--exec-root=" + home.resolve("exec"),
                "--pidfile=" + home.resolve("pid"),
                "--containerd-namespace=" + namespace,
                "--containerd-plugins-namespace=" + namespace + "-plugins",
                "--bridge=none",
                "--iptables=false",
                "--ip6tables=false",
                "--ip-masq=false",
                "--ip-forward=false"));
        command.addAll(more);
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.resolve("dockerd.log").toFile()))
                .start();
        Awaitility.await()
                .atMost(PATIENCE)
                .failFast("dockerd ended; see dockerd.log in " + home, () -> !started.isAlive())
                .until(this::answers);
        return started;
    }

    private boolean answers() {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket()));
        } catch (IOException notYet) {
            return false;
        }
    }

    void copyImage(String image) throws IOException, InterruptedException {
        Process both = new ProcessBuilder(
                        "sh",
                        "-c",
                        "docker save \"$1\" | docker --host \"$2\" load",
                        "sh",
                        image,
                        dockerHost().toString())
                .inheritIO()
                .start();
        if (both.waitFor() != 0) {
            throw new IOException("image " + image + " could not be copied");
        }
    }

    /// As a power cut does it to the daemon alone: containers are left running.
    void kill() throws InterruptedException {
        daemon.destroyForcibly().waitFor();
    }

    /// As an upgrade of Docker does it: containers are ended first.
    void stop() throws InterruptedException {
        daemon.destroy();
        if (!daemon.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            kill();
        }
    }

    void start() throws IOException {
        daemon = launch();
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException hurried) {
            daemon.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
