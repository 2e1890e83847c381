package dev.sandmill.sandbox.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.sandbox.OutputListener;
import dev.sandmill.sandbox.RunContext;
import dev.sandmill.sandbox.RunResult;
import dev.sandmill.sandbox.Sandbox;
import dev.sandmill.sandbox.SandboxConfig;
import dev.sandmill.sandbox.SandboxStats;
import dev.sandmill.sandbox.cache.ResultCache;
import dev.sandmill.sandbox.cache.ResultKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;

/// A real sandbox with witnesses: its cache, its containers, the host's process table and a file of the host.
final class Arena implements AutoCloseable {
    private static final URI DOCKER = URI.create(setting("DOCKER_HOST", "unix:///var/run/docker.sock"));
    private static final String CANARY = "still here";

    final Sandbox sandbox;
    final HostInspection host;
    private final Queue<Executed> remembered = new ConcurrentLinkedQueue<>();
    private final int slots;
    private final List<String> languages;
    private final Path folder;
    private final Path canary;
    private final List<String> images;

    Arena(int slots, String... names) throws IOException {
        this.slots = slots;
        this.languages = List.of(names);
        this.folder = Files.createTempDirectory("hostile");
        SandboxConfig config = new SandboxConfig(
                "hostile-" + UUID.randomUUID(),
                DOCKER,
                copied(languages, folder),
                setting("SANDMILL_IMAGE_TAG", "current"),
                Path.of(setting("SANDMILL_TEST_SECCOMP", "../docker/seccomp/sandmill.json"))
                        .toAbsolutePath()
                        .normalize(),
                slots,
                1,
                Optional.ofNullable(System.getenv("SANDMILL_TEST_RUNTIME")));
        this.sandbox = Sandbox.open(config, new ResultCache() {
            @Override
            public Optional<Executed> get(ResultKey key) {
                return Optional.empty();
            }

            @Override
            public void put(ResultKey key, Executed executed) {
                remembered.add(executed);
            }

            @Override
            public void remove(ResultKey key) {}
        });
        this.host = new HostInspection(DOCKER, config.instance());
        this.canary = Files.writeString(Files.createTempFile("canary", ".txt"), CANARY);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> sandbox.languages().size() == languages.size());
        this.images = images();
    }

    private static String setting(String variable, String otherwise) {
        return Optional.ofNullable(System.getenv(variable)).orElse(otherwise);
    }

    /// Only the languages that the programs here are written in, so that no other containers are kept ready.
    private static Path copied(List<String> languages, Path some) throws IOException {
        Path all = Path.of(setting("SANDMILL_TEST_IMAGES", "../docker/images"));
        for (String language : languages) {
            Files.copy(
                    all.resolve(language).resolve("language.yaml"),
                    Files.createDirectory(some.resolve(language)).resolve("language.yaml"));
        }
        return some;
    }

    private List<String> images() {
        return sandbox.languages().stream()
                .map(language -> language.language() + language.image())
                .toList();
    }

    Executed run(ExecuteCode code, String tenant) {
        RunResult result = sandbox.run(code, new RunContext(tenant, "job", OutputListener.NONE));
        if (result instanceof RunResult.Answered(Executed executed)) {
            return executed;
        }
        throw new AssertionError("not answered: " + result);
    }

    Executed python(String source, Limits limits, String tenant) {
        return run("python", source, limits, tenant);
    }

    Executed run(String language, String source, Limits limits, String tenant) {
        return run(
                new ExecuteCode(
                        language,
                        source,
                        List.of(),
                        null,
                        List.of(),
                        Content.EMPTY,
                        Map.of(),
                        List.of(),
                        limits,
                        PolicyLevel.OFF,
                        Isolation.AUTO,
                        CacheMode.OFF,
                        List.of()),
                tenant);
    }

    /// What the result cache was given since the last call.
    List<Executed> takeRemembered() {
        List<Executed> all = List.copyOf(remembered);
        remembered.clear();
        return all;
    }

    /// No program is left in any container, and the pool is back to what it holds when nothing runs.
    void requireQuiet() throws IOException {
        var soon = Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20));
        soon.untilAsserted(() -> {
            HostInspection.Processes processes = host.processes();
            assertThat(processes.programs()).isEmpty();
            assertThat(processes.root()).isPositive();
            SandboxStats stats = sandbox.stats();
            assertThat(stats.leased()).isZero();
            assertThat(stats.idle()).isLessThanOrEqualTo(slots + 1 + languages.size());
        });
        assertThat(Files.readString(canary)).isEqualTo(CANARY);
        assertThat(images()).isEqualTo(images);
    }

    @Override
    public void close() throws IOException {
        sandbox.close();
        assertThat(host.containers()).isEmpty();
        host.close();
        Files.delete(canary);
        for (String language : languages) {
            Files.delete(folder.resolve(language).resolve("language.yaml"));
            Files.delete(folder.resolve(language));
        }
        Files.delete(folder);
    }
}
