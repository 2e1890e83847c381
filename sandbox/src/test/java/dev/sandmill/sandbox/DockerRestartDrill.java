package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Executed;
import dev.sandmill.api.JobFailure;
import dev.sandmill.api.ProgramStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A real Docker daemon goes away under a sandbox and comes back. Not part of the suite, since it needs root and a
/// `dockerd` to start: `-Dit.test=DockerRestartDrill`, as docs/engines.md has it.
class DockerRestartDrill {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theRunningProgramIsUnavailableIdleContainersAreNotHandedOutAndThePoolFillsUpAgain(boolean killed)
            throws Exception {
        // Layers are mounted below it while the daemon lives, so it is not a folder that the test framework removes.
        Path home = Files.createTempDirectory("docker-drill-");
        try (PrivateDocker docker = new PrivateDocker(home)) {
            docker.copyImage("sandmill/python:" + RealSandbox.IMAGE_TAG);
            SandboxConfig config = new SandboxConfig(
                    "drill-" + UUID.randomUUID(),
                    docker.dockerHost(),
                    RealSandbox.IMAGES,
                    RealSandbox.IMAGE_TAG,
                    RealSandbox.SECCOMP,
                    4,
                    2,
                    Optional.empty());
            try (Sandbox sandbox = Sandbox.open(config, new RealSandbox.MemoryResults());
                    ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                awaitIdle(sandbox, 2);
                assertThat(hello(sandbox, "ada").isolation()).isEqualTo("fresh");
                awaitIdle(sandbox, 3);
                CountDownLatch printed = new CountDownLatch(1);
                Future<RunResult> running = callers.submit(() -> sandbox.run(
                        Programs.python("import time; print(1, flush=True); time.sleep(20)"),
                        new RunContext("bob", "job", (stream, bytes) -> printed.countDown())));
                printed.await();

                if (killed) {
                    docker.kill();
                } else {
                    docker.stop();
                }
                assertThat(running.get())
                        .isInstanceOfSatisfying(
                                RunResult.NotRun.class,
                                lost -> assertThat(lost.failure())
                                        .isInstanceOfSatisfying(
                                                JobFailure.Unavailable.class,
                                                away -> assertThat(away.begun()).isTrue()));
                assertThat(sandbox.run(Programs.python("print(1)"), new RunContext("ada", "job", OutputListener.NONE)))
                        .isInstanceOfSatisfying(
                                RunResult.NotRun.class,
                                refused -> assertThat(refused.failure())
                                        .isInstanceOfSatisfying(
                                                JobFailure.Unavailable.class,
                                                away -> assertThat(away.begun()).isFalse()));
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> !sandbox.health().available());

                docker.start();
                Awaitility.await().atMost(PATIENCE).until(() -> sandbox.health().available());
                Executed again = hello(sandbox, "ada");
                assertThat(again.isolation()).isEqualTo("fresh");
                awaitIdle(sandbox, 3);
            }
        }
    }

    private static Executed hello(Sandbox sandbox, String tenant) {
        Executed executed = RealSandbox.answered(sandbox, Programs.python("print('hello')"), tenant);
        assertThat(executed.status()).isEqualTo(ProgramStatus.OK);
        return executed;
    }

    private static void awaitIdle(Sandbox sandbox, int count) {
        Awaitility.await().atMost(PATIENCE).until(() -> sandbox.stats().idle() >= count);
    }
}
