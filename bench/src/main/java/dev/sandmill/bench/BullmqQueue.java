package dev.sandmill.bench;

import dev.sandmill.api.text.Spelled;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// BullMQ in a Node.js process of its own, which takes one order a line.
final class BullmqQueue implements QueueContestant {
    private static final List<String> FILES = List.of("package.json", "package-lock.json", "peer.mjs");
    private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(2);
    /// How long a finished job stays in Redis, as ours does.
    private static final Duration KEPT = Duration.ofDays(1);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final String name;
    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;

    /// @param together jobs that a caller hands in at a time: 1 by `add`, more by `addBulk`
    BullmqQueue(Path folder, int port, int together) throws IOException {
        this.name = together > 1 ? "BullMQ, addBulk of " + together : "BullMQ";
        this.process = new ProcessBuilder(
                        "node",
                        "peer.mjs",
                        Integer.toString(port),
                        Integer.toString(PAYLOAD_BYTES),
                        Integer.toString(SLOTS),
                        Integer.toString(together),
                        Long.toString(KEPT.toSeconds()))
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        answer();
    }

    /// BullMQ of the lock file's version, in this folder; or why it is not there.
    record Installation(Optional<Path> folder, String reason) {
        static Installation missing(String reason) {
            return new Installation(Optional.empty(), reason);
        }
    }

    /// Installed by the first call; later ones find it.
    static Installation install(Path parent, Map<String, String> environment) throws IOException, InterruptedException {
        for (String program : List.of("node", "npm")) {
            if (!isOnPath(program, environment)) {
                return Installation.missing(program + " is not installed");
            }
        }
        Path folder = Files.createDirectories(parent.resolve("bullmq"));
        boolean same = true;
        for (String file : FILES) {
            same &= copy(file, folder);
        }
        if (same && Files.isRegularFile(folder.resolve("node_modules/bullmq/package.json"))) {
            return new Installation(Optional.of(folder), "");
        }
        Path log = folder.resolve("install.log");
        // Not `npm ci`, which fails where a package for another kind of machine is not to be had.
        Process npm = new ProcessBuilder("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        npm.getOutputStream().close();
        if (!npm.waitFor(INSTALL_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            npm.destroyForcibly().waitFor();
            return Installation.missing(
                    "npm did not end within " + Spelled.time(INSTALL_TIMEOUT) + "; its log is " + log);
        }
        return npm.exitValue() == 0
                ? new Installation(Optional.of(folder), "")
                : Installation.missing("npm ended with exit code " + npm.exitValue() + "; its log is " + log);
    }

    private static boolean isOnPath(String program, Map<String, String> environment) {
        return List.of(environment.getOrDefault("PATH", "").split(":")).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /// Whether the same was there before.
    private static boolean copy(String file, Path folder) throws IOException {
        Path source = folder.resolve(file + ".new");
        try (InputStream resource =
                Objects.requireNonNull(BullmqQueue.class.getResourceAsStream("bullmq/" + file), file)) {
            Files.copy(resource, source, StandardCopyOption.REPLACE_EXISTING);
        }
        Path target = folder.resolve(file);
        boolean same = Files.isRegularFile(target) && Files.mismatch(source, target) == -1;
        Files.move(source, target, StandardCopyOption.REPLACE_EXISTING);
        return same;
    }

    @Override
    public double submit(int jobs) throws IOException {
        return order(Map.of("do", "submit", "jobs", jobs, "inFlight", IN_FLIGHT))
                .get("perSecond")
                .asDouble();
    }

    @Override
    public double drain(int jobs) throws IOException {
        JsonNode answer = order(Map.of("do", "drain", "jobs", jobs));
        check(jobs, answer);
        return answer.get("perSecond").asDouble();
    }

    @Override
    public Latencies paced(int jobs, int jobsPerSecond) throws IOException {
        JsonNode answer = order(Map.of("do", "paced", "jobs", jobs, "jobsPerSecond", jobsPerSecond));
        check(jobs, answer);
        return new Latencies(StreamSupport.stream(answer.get("waitedNanos").spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray());
    }

    private void check(int jobs, JsonNode answer) {
        QueueContestant.check(
                name,
                jobs,
                answer.get("startedOnce").asLong(),
                answer.get("left").asLong());
    }

    private JsonNode order(Map<String, Object> order) throws IOException {
        orders.write(JSON.writeValueAsString(order) + "\n");
        orders.flush();
        return answer();
    }

    private JsonNode answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException(name + ": its process ended without an answer; standard error has why");
        }
        return JSON.readTree(line);
    }

    @Override
    public void close() throws IOException {
        orders.close();
        process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
        if (process.isAlive()) {
            process.destroyForcibly().onExit().join();
        }
    }
}
