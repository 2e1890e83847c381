package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.sandmill.api.ProgramStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// Docker runtimes other than the engine's default. `SANDMILL_TEST_RUNTIME=crun` and the like for one that was
/// installed; the name used otherwise is runc's own, which every engine knows.
class RuntimeIT {
    private static final String RUNTIME = RealSandbox.RUNTIME.orElse("io.containerd.runc.v2");

    private static SandboxConfig config(String runtime) {
        return new SandboxConfig(
                "test-" + UUID.randomUUID(),
                RealSandbox.DOCKER,
                RealSandbox.IMAGES,
                RealSandbox.IMAGE_TAG,
                RealSandbox.SECCOMP,
                1,
                0,
                Optional.of(runtime));
    }

    @Test
    void programsRunInTheRuntimeThatWasAskedFor() throws Exception {
        SandboxConfig config = config(RUNTIME);
        DefaultDockerClientConfig connection = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(config.dockerHost().toString())
                .build();
        try (DockerClient docker = DockerClientImpl.getInstance(
                        connection,
                        new ZerodepDockerHttpClient.Builder()
                                .dockerHost(connection.getDockerHost())
                                .build());
                Sandbox sandbox = Sandbox.open(config, new RealSandbox.MemoryResults())) {
            assertThat(RealSandbox.answered(sandbox, Programs.python("print(7)"), "ada")
                            .stdout()
                            .text())
                    .isEqualTo("7\n");
            List<Container> containers = docker.listContainersCmd()
                    .withLabelFilter(Map.of("dev.sandmill.instance", config.instance()))
                    .exec();
            assertThat(containers)
                    .isNotEmpty()
                    .allSatisfy(container -> assertThat(docker.inspectContainerCmd(container.getId())
                                    .exec()
                                    .getHostConfig()
                                    .getRuntime())
                            .isEqualTo(RUNTIME));
            assertThat(RealSandbox.answered(
                                    sandbox, Programs.python("x = []\nwhile True: x.append(bytearray(10**7))"), "ada")
                            .status())
                    .isEqualTo(ProgramStatus.MEMORY_LIMIT);
        }
    }

    @Test
    void anEngineWithoutTheRuntimeIsRefusedByName() {
        try (Sandbox sandbox = Sandbox.open(config("no-such-runtime"), new RealSandbox.MemoryResults())) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(sandbox.health()).satisfies(health -> {
                        assertThat(health.available()).isFalse();
                        assertThat(health.detail()).contains("\"no-such-runtime\"", "SANDBOX_RUNTIME", "runc");
                    }));
        }
    }
}
