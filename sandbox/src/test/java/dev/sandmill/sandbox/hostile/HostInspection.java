package dev.sandmill.sandbox.hostile;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The containers of one sandbox, seen from outside: by Docker and by the host's own process table.
final class HostInspection implements AutoCloseable {
    private final DockerClient docker;
    private final String instance;

    HostInspection(URI dockerHost, String instance) {
        this.instance = instance;
        this.docker = DockerClientImpl.getInstance(
                DefaultDockerClientConfig.createDefaultConfigBuilder()
                        .withDockerHost(dockerHost.toString())
                        .build(),
                new ZerodepDockerHttpClient.Builder().dockerHost(dockerHost).build());
    }

    List<String> containers() {
        return docker
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of("dev.sandmill.instance", instance))
                .exec()
                .stream()
                .map(Container::getId)
                .toList();
    }

    /// @param root processes of init and of warm interpreters
    /// @param programs processes of anybody else that do not just wait, by their status files
    record Processes(int root, List<String> programs) {}

    /// Every process on the host whose control group is one of this sandbox's containers.
    Processes processes() throws IOException {
        List<String> ids = containers();
        int root = 0;
        List<String> programs = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path process : all.filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .toList()) {
                try {
                    String groups = Files.readString(process.resolve("cgroup"));
                    if (ids.stream().noneMatch(groups::contains)) {
                        continue;
                    }
                    String status = Files.readString(process.resolve("status"));
                    if (status.contains("\nUid:\t0\t0\t0\t0\n")) {
                        root++;
                    } else if (!waits(process)) {
                        programs.add(status.lines().limit(9).toList().toString());
                    }
                } catch (NoSuchFileException ended) {
                    continue;
                } catch (IOException ended) {
                    if (Files.exists(process)) {
                        throw ended;
                    }
                }
            }
        }
        return new Processes(root, programs);
    }

    /// Whether it was started ahead and has not been given a program: its channel to init is open until then.
    private static boolean waits(Path process) throws IOException {
        Path channel = process.resolve("fd/3");
        String command = Files.readString(process.resolve("cmdline"));
        return (command.startsWith("/usr/bin/node\0")
                        || command.equals("/sandmill/java\0wait\0")
                        || command.equals("/sandmill/java\0serve\0"))
                && Files.isSymbolicLink(channel)
                && Files.readSymbolicLink(channel).toString().startsWith("socket:");
    }

    @Override
    public void close() throws IOException {
        docker.close();
    }
}
