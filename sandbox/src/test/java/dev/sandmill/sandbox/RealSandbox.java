package dev.sandmill.sandbox;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.sandbox.cache.ResultCache;
import dev.sandmill.sandbox.cache.ResultKey;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// A sandbox on this machine's Docker, with the project's own images and profile.
final class RealSandbox {
    static final Path IMAGES = path("SANDMILL_TEST_IMAGES", "../docker/images");
    static final Path SECCOMP = path("SANDMILL_TEST_SECCOMP", "../docker/seccomp/sandmill.json");
    static final String IMAGE_TAG =
            Optional.ofNullable(System.getenv("SANDMILL_IMAGE_TAG")).orElse("current");
    static final URI DOCKER =
            URI.create(Optional.ofNullable(System.getenv("DOCKER_HOST")).orElse("unix:///var/run/docker.sock"));

    /// Docker's default where it is empty; see docs/engines.md.
    static final Optional<String> RUNTIME = Optional.ofNullable(System.getenv("SANDMILL_TEST_RUNTIME"));

    private RealSandbox() {}

    private static Path path(String variable, String otherwise) {
        return Path.of(Optional.ofNullable(System.getenv(variable)).orElse(otherwise))
                .toAbsolutePath()
                .normalize();
    }

    static SandboxConfig config(int slots, int poolSize) {
        return new SandboxConfig(
                "test-" + UUID.randomUUID(), DOCKER, IMAGES, IMAGE_TAG, SECCOMP, slots, poolSize, RUNTIME);
    }

    static Executed answered(Sandbox sandbox, ExecuteCode code, String tenant) {
        RunResult result = sandbox.run(code, new RunContext(tenant, "job", OutputListener.NONE));
        if (result instanceof RunResult.Answered(Executed executed)) {
            return executed;
        }
        throw new AssertionError("not answered: " + result);
    }

    /// Results in memory, for tests of what is remembered.
    static final class MemoryResults implements ResultCache {
        final Map<ResultKey, Executed> stored = new ConcurrentHashMap<>();

        @Override
        public Optional<Executed> get(ResultKey key) {
            return Optional.ofNullable(stored.get(key));
        }

        @Override
        public Optional<Executed> peek(ResultKey key) {
            return get(key);
        }

        @Override
        public void put(ResultKey key, Executed executed) {
            stored.put(key, executed);
        }

        @Override
        public void remove(ResultKey key) {
            stored.remove(key);
        }
    }
}
