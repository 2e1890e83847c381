package dev.sandmill.backplane.testing;

import dev.sandmill.api.JobKind;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.queue.Completion;
import dev.sandmill.backplane.queue.WorkerConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/// A worker in a process of its own, which a test may kill or stop. A job whose source is a number lasts that many
/// milliseconds.
public final class ChildWorker implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;

    private ChildWorker(Process process) {
        this.process = process;
        this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /// Returns once the worker has said that it takes jobs.
    public static ChildWorker start(URI redis, String name, int slots, Duration lease) {
        return started(redis, name, slots, lease, "");
    }

    /// The same, and then it submits a job of this source itself.
    public static ChildWorker startAndSubmit(URI redis, String name, int slots, Duration lease, String source) {
        return started(redis, name, slots, lease, source);
    }

    private static ChildWorker started(URI redis, String name, int slots, Duration lease, String source) {
        try {
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ChildWorker.class.getName(),
                            redis.toString(),
                            name,
                            Integer.toString(slots),
                            Long.toString(lease.toMillis()),
                            source))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            ChildWorker worker = new ChildWorker(process);
            worker.awaitLine("ready");
            return worker;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Waits for a line that starts so, and returns it.
    public String awaitLine(String start) {
        try {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.startsWith(start)) {
                    return line;
                }
            }
            throw new IllegalStateException("the child ended without saying '" + start + "'");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Reads what it says from now on, so that it can go on saying it.
    public void listenToNothing() {
        Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
    }

    public void kill() {
        process.destroyForcibly();
        await(process);
    }

    public void pause() {
        signal("STOP");
    }

    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            await(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
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

    @Override
    public void close() {
        kill();
    }

    /// The child itself: Redis's address, the worker's name, its slots, its lease in milliseconds, the source of a job
    /// that it submits or an empty text.
    public static void main(String[] arguments) throws InterruptedException {
        Backplane backplane = Backplane.open(BackplaneConfig.at(URI.create(arguments[0])));
        // A JVM that just started on a busy machine may need longer for its first connection than a command may take.
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> backplane.health().available());
        WorkerConfig config = new WorkerConfig(
                arguments[1],
                JobKind.EXECUTE,
                Integer.parseInt(arguments[2]),
                Duration.ofMillis(Long.parseLong(arguments[3])),
                3,
                Duration.ofSeconds(5),
                _ -> Jobs.DEAD);
        backplane.queue().startWorker(config, claim -> {
            System.out.println("started " + claim.job().id());
            String request = claim.job().requestJson();
            int source = request.indexOf("\"source\":\"") + 10;
            Thread.sleep(Long.parseLong(request.substring(source, request.indexOf('"', source))));
            System.out.println("finishing " + claim.job().id());
            return new Completion.Finished("{\"by\":\"" + arguments[1] + "\"}");
        });
        System.out.println("ready");
        if (!arguments[4].isEmpty()) {
            backplane.queue().submit(Jobs.execute("acme", arguments[4]), Duration.ofMinutes(1));
        }
        Thread.currentThread().join();
    }
}
