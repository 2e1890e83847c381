package dev.sandmill.vectorizer.chunk;

import dev.sandmill.vectorizer.syntax.Grammars;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One process that parses: a small JVM with nothing of the service's environment and with bounded memory.
/// For one thread at a time, but for [#killIfLate].
final class OutlineProcess implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;
    /// Address space: 1 GiB is the JVM's own, reserved more than used, 512 MiB are for trees.
    private static final long MAX_KIBIBYTES = (1_024 + 512) * 1_024L;

    private static final Duration MOST_TIME_TO_END = Duration.ofSeconds(5);
    private static final List<String> KEPT = List.of("LANG", "LC_ALL", "LC_CTYPE");

    private final Process process;
    private final Path folder;
    private final DataOutputStream to;
    private final DataInputStream from;
    /// By the clock of [System#nanoTime]; counts only while it is busy.
    private volatile long deadline;

    private volatile boolean busy;
    private volatile long lastUsed = System.nanoTime();

    private OutlineProcess(Process process, Path folder) {
        this.process = process;
        this.folder = folder;
        this.to = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), BUFFER_BYTES));
        this.from = new DataInputStream(new BufferedInputStream(process.getInputStream(), BUFFER_BYTES));
    }

    /// @param folder of its own, for the libraries that it unpacks; goes with it
    static OutlineProcess start(Path folder) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "ulimit -c 1; ulimit -v " + MAX_KIBIBYTES + "; cd / && exec \"$0\" \"$@\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-Xms32m",
                        "-Xss2m",
                        "-XX:+UseSerialGC",
                        "-XX:ReservedCodeCacheSize=32m",
                        "-XX:CompressedClassSpaceSize=32m",
                        "-XX:-UsePerfData",
                        "-XX:+DisableAttachMechanism",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=/dev/null",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Xlog:disable",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djava.io.tmpdir=" + folder,
                        "-Duser.home=" + folder,
                        "-cp",
                        classes(),
                        OutlineProgram.class.getName())
                .redirectError(Redirect.DISCARD);
        TreeMap<String, String> environment = new TreeMap<>(System.getenv());
        environment.keySet().retainAll(KEPT);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new OutlineProcess(builder.start(), folder);
    }

    private static String classes() {
        try {
            String own = Path.of(OutlineProcess.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
            return own + ":" + String.join(":", Grammars.libraries());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException("a class path is made of files", impossible);
        }
    }

    /// @throws IOException where it ended, was killed because its time was up, or answered nonsense
    @Nullable
    Outline outline(String language, MeasuredText text, Duration patience) throws IOException {
        deadline = System.nanoTime() + patience.toNanos();
        busy = true;
        try {
            OutlineWire.ask(language, text, to);
            return OutlineWire.outline(text, from);
        } finally {
            lastUsed = System.nanoTime();
            busy = false;
        }
    }

    boolean isUnusedFor(Duration time, long now) {
        return !busy && now - lastUsed > time.toNanos();
    }

    /// Called from another thread; its own one then reads an end.
    void killIfLate(long now) {
        if (busy && now - deadline > 0) {
            process.destroyForcibly();
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /// Of what has ended, or is about to: a signal is 128 and its number.
    String exit() {
        try {
            return process.waitFor(MOST_TIME_TO_END.toMillis(), TimeUnit.MILLISECONDS)
                    ? "ended with code " + process.exitValue()
                    : "answered nonsense";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "ended";
        }
    }

    /// Kills it: it holds nothing that would be lost.
    @Override
    public void close() {
        process.destroyForcibly();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException left) {
            folder.toFile().deleteOnExit();
        }
    }
}
