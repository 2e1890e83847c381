package dev.sandmill.sandbox;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/// What Docker and this process hold of one sandbox.
final class ContainersOf implements AutoCloseable {
    private final String instance;
    private final DockerClient docker = DockerClientImpl.getInstance(
            DefaultDockerClientConfig.createDefaultConfigBuilder()
                    .withDockerHost(RealSandbox.DOCKER.toString())
                    .build(),
            new ZerodepDockerHttpClient.Builder().dockerHost(RealSandbox.DOCKER).build());

    ContainersOf(String instance) {
        this.instance = instance;
    }

    /// Containers beside those that the pool keeps or makes.
    int withoutIdle(Sandbox sandbox) {
        int all = docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of("dev.sandmill.instance", instance))
                .exec()
                .size();
        return Math.max(0, all - sandbox.stats().idle() - sandbox.stats().starting());
    }

    static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }

    @Override
    public void close() throws IOException {
        docker.close();
    }
}
