package dev.sandmill.bench;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Isolation;
import dev.sandmill.sandbox.OutputListener;
import dev.sandmill.sandbox.RunContext;
import dev.sandmill.sandbox.RunResult;
import dev.sandmill.sandbox.Sandbox;
import dev.sandmill.sandbox.SandboxConfig;
import dev.sandmill.sandbox.cache.ResultCache;
import dev.sandmill.sandbox.cache.ResultKey;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// The sandbox alone, in this process: no HTTP, no queue, results remembered in a map.
final class OwnEngine implements AutoCloseable {
    private final Sandbox sandbox;

    OwnEngine(Map<String, String> environment, int slots, int ready) {
        this.sandbox = Sandbox.open(
                new SandboxConfig(
                        "bench-" + UUID.randomUUID(),
                        URI.create(environment.getOrDefault("DOCKER_HOST", "unix:///var/run/docker.sock")),
                        Path.of(environment.getOrDefault("SANDMILL_IMAGES", "docker/images")),
                        environment.getOrDefault("SANDMILL_IMAGE_TAG", "current"),
                        Path.of(environment.getOrDefault("SANDMILL_SECCOMP", "docker/seccomp/sandmill.json")),
                        slots,
                        ready,
                        Optional.empty()),
                new Remembered());
    }

    void run(TinyProgram program, CacheMode cache) {
        RunResult result = sandbox.run(
                program.request(Isolation.AUTO, cache), new RunContext("bench", "job", OutputListener.NONE));
        if (!(result instanceof RunResult.Answered(Executed executed))) {
            throw new IllegalStateException("the engine did not run it: " + result);
        }
        TinyProgram.check(executed);
    }

    @Override
    public void close() {
        sandbox.close();
    }

    private static final class Remembered implements ResultCache {
        private final Map<ResultKey, Executed> results = new ConcurrentHashMap<>();

        @Override
        public Optional<Executed> get(ResultKey key) {
            return Optional.ofNullable(results.get(key));
        }

        @Override
        public void put(ResultKey key, Executed executed) {
            results.put(key, executed);
        }

        @Override
        public void remove(ResultKey key) {
            results.remove(key);
        }
    }
}
