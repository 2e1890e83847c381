package dev.sandmill.orchestrator.git;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One process that fetches: a JVM with bounded memory and nothing of the service's environment but what git asks for.
/// For one thread at a time, but for [#kill].
final class FetchProcess {
    private static final List<String> KEPT_VARIABLES = List.of(
            "PATH",
            "HOME",
            "XDG_CONFIG_HOME",
            "USER",
            "LOGNAME",
            "LANG",
            "LC_ALL",
            "LC_CTYPE",
            "TMPDIR",
            "SSH_AUTH_SOCK");
    private static final String GIT_VARIABLES = "GIT_";
    /// How the operator told the service to reach hosts and whom to trust.
    private static final List<String> KEPT_PROPERTIES = List.of(
            "http.",
            "https.",
            "socksProxy",
            "java.net.",
            "sun.net.",
            "javax.net.ssl.",
            "jdk.tls.",
            "user.home",
            "java.io.tmpdir");

    private final Process process;
    private final int mebibytes;
    private final DataOutputStream to;
    private final DataInputStream from;
    private volatile long lastUsed = System.nanoTime();

    private FetchProcess(Process process, int mebibytes) {
        this.process = process;
        this.mebibytes = mebibytes;
        this.to = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
        this.from = new DataInputStream(new BufferedInputStream(process.getInputStream()));
    }

    /// @param mebibytes of its heap; the JVM takes some 100 more
    static FetchProcess start(int mebibytes) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        // Where memory is short, it goes before the service does.
                        "ulimit -c 1; echo 500 2>/dev/null >/proc/self/oom_score_adj; exec \"$0\" \"$@\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + mebibytes + "m",
                        "-Xms16m",
                        "-XX:+UseSerialGC",
                        "-XX:MaxMetaspaceSize=128m",
                        "-XX:MaxDirectMemorySize=32m",
                        "-XX:ReservedCodeCacheSize=64m",
                        "-XX:ActiveProcessorCount=2",
                        "-XX:-UsePerfData",
                        "-XX:+DisableAttachMechanism",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=/dev/null",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:+DisplayVMOutputToStderr",
                        "-Xlog:disable",
                        "--enable-native-access=ALL-UNNAMED",
                        // A log of its own would have a stranger's text in it, and go to the output.
                        "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FetchProgram.class.getName())
                .redirectError(Redirect.DISCARD);
        builder.environment()
                .keySet()
                .removeIf(name -> !KEPT_VARIABLES.contains(name) && !name.startsWith(GIT_VARIABLES));
        FetchProcess started = new FetchProcess(builder.start(), mebibytes);
        FetchWire.settings(settings(), started.to);
        return started;
    }

    private static Map<String, String> settings() {
        Map<String, String> kept = new TreeMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            if (KEPT_PROPERTIES.stream().anyMatch(name::startsWith)) {
                kept.put(name, System.getProperty(name));
            }
        }
        return kept;
    }

    /// Hands the request over.
    ///
    /// @throws IOException where the process has ended, before it did anything
    void ask(FetchRequest request) throws IOException {
        FetchWire.ask(request, to);
        FetchWire.accepted(from);
    }

    /// What came of the request.
    ///
    /// @throws IOException where the process has ended or answered nonsense
    Fetch.Fetched answer() throws IOException, GitFailure {
        try {
            return FetchWire.answer(from);
        } finally {
            lastUsed = System.nanoTime();
        }
    }

    boolean isUnusedFor(Duration time, long now) {
        return now - lastUsed > time.toNanos();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /// From any thread. It holds nothing that would be lost; what it left in a mirror is removed before the next fetch.
    void kill() {
        process.destroyForcibly();
    }

    /// Kills it and waits for its end: it writes to no mirror any more.
    int end() {
        process.destroyForcibly();
        boolean interrupted = false;
        try {
            // Not `onExit`, which wants a thread of the common pool and may wait for one.
            while (true) {
                try {
                    return process.waitFor();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Why there is no answer, for whoever owns the repository.
    GitFailure ended() {
        int code = end();
        if (code == FetchProgram.OUT_OF_MEMORY) {
            return new GitFailure(
                    "what the remote sends took git more memory than the " + mebibytes
                            + " MiB that a fetch may have: the repository is too large for this service",
                    false);
        }
        return new GitFailure("the process that fetched ended with code " + code, true);
    }
}
