package dev.sandmill.sandbox;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/// A Docker daemon of its own, which may be stopped, killed and started again. Needs root and `dockerd`; touches
/// nothing of the machine's own daemon but the images that are copied out of it.
final class PrivateDocker implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path home;
    /// Apart from the daemon, as on most machines, so that containers outlive a daemon that is killed.
    private final Process containerd;

    private Process daemon;

    PrivateDocker(Path home) throws IOException {
        this.home = home;
        this.containerd = process(List.of(
                "containerd",
                "--root=" + home.resolve("containerd-root"),
                "--state=" + home.resolve("containerd-state"),
                "--address=" + home.resolve("containerd.sock")));
        awaitAnswer(containerd, home.resolve("containerd.sock"));
        this.daemon = launch();
    }

    URI dockerHost() {
        return URI.create("unix://" + socket());
    }

    private Path socket() {
        return home.resolve("docker.sock");
    }

    private Process launch() throws IOException {
        Files.deleteIfExists(socket());
        Process started = process(List.of(
                "dockerd",
                "--host=" + dockerHost(),
                "--containerd=" + home.resolve("containerd.sock"),
                "--data-root=" + home.resolve("data"),
                "--exec-root=" + home.resolve("exec"),
                "--pidfile=" + home.resolve("pid"),
                "--bridge=none",
                "--iptables=false",
                "--ip6tables=false",
                "--ip-masq=false",
                "--ip-forward=false"));
        awaitAnswer(started, socket());
        return started;
    }

    private Process process(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.resolve(command.getFirst() + ".log").toFile()))
                .start();
    }

    private void awaitAnswer(Process process, Path socket) {
        Awaitility.await()
                .atMost(PATIENCE)
                .failFast("it ended; see the logs in " + home, () -> !process.isAlive())
                .until(() -> answers(socket));
    }

    private static boolean answers(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
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

    /// Ends both and removes what they left, mounts first.
    @Override
    public void close() throws IOException {
        try {
            stop();
            containerd.destroy();
            containerd.waitFor();
            new ProcessBuilder("sh", "-c", """
                            awk -v home="$1/" 'index($2, home) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount
                            rm -rf --one-file-system "$1"
                            """, "sh", home.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (InterruptedException hurried) {
            daemon.destroyForcibly();
            containerd.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
