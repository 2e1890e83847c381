package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.JobFailure;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.sandbox.container.ContainerSpec;
import dev.sandmill.sandbox.container.PoolKey;
import dev.sandmill.sandbox.container.docker.DockerConnection;
import dev.sandmill.sandbox.container.docker.DockerContainerFactory;
import dev.sandmill.sandbox.container.docker.OrphanReaper;
import dev.sandmill.sandbox.container.docker.Ownership;
import dev.sandmill.sandbox.wire.Frame;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who gets which container, and what becomes of containers.
class IsolationIT {
    private final DockerClient docker = DockerClientImpl.getInstance(
            DefaultDockerClientConfig.createDefaultConfigBuilder()
                    .withDockerHost(RealSandbox.DOCKER.toString())
                    .build(),
            new ZerodepDockerHttpClient.Builder().dockerHost(RealSandbox.DOCKER).build());
    private final SandboxConfig config = RealSandbox.config(2, 1);
    private final Sandbox sandbox = Sandbox.open(config, new RealSandbox.MemoryResults());

    @BeforeEach
    void warm() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> sandbox.stats().idle() >= 1);
    }

    @AfterEach
    void close() throws Exception {
        sandbox.close();
        assertThat(containers()).isEmpty();
        docker.close();
    }

    private List<Container> containers() {
        return docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of("dev.sandmill.instance", config.instance()))
                .exec();
    }

    private Executed run(ExecuteCode code, String tenant) {
        return RealSandbox.answered(sandbox, code, tenant);
    }

    @Test
    void aTenantsContainerIsReusedForTheTenantAndForNobodyElse() {
        String whichContainer = "print(open('/proc/self/cgroup').read())";
        Executed first = run(Programs.python(whichContainer), "ada");
        Executed second = run(Programs.python(whichContainer), "ada");
        Executed other = run(Programs.python(whichContainer), "bob");
        assertThat(first.isolation()).isEqualTo("fresh");
        assertThat(second.isolation()).isEqualTo("recycled");
        assertThat(second.stdout()).isEqualTo(first.stdout());
        assertThat(other.isolation()).isEqualTo("fresh");
        assertThat(other.stdout()).isNotEqualTo(first.stdout());
    }

    @Test
    void freshIsNeverRecycled() {
        for (int i = 0; i < 3; i++) {
            assertThat(run(Programs.of("python", "print(1)").fresh().request(), "ada")
                            .isolation())
                    .isEqualTo("fresh");
        }
    }

    @Test
    void aRunThatHitALimitCostsItsContainer() {
        var limits = new dev.sandmill.api.Limits(500, 10_000, 256L << 20, 64, 1L << 20, 64L << 20);
        Executed slow = run(
                Programs.of("python", "import time; time.sleep(60)")
                        .withLimits(limits)
                        .request(),
                "ada");
        Executed next = run(Programs.python("print(1)"), "ada");
        assertThat(slow.status()).isEqualTo(ProgramStatus.WALL_LIMIT);
        assertThat(next.isolation()).isEqualTo("fresh");
    }

    @Test
    void cancellingKillsTheProgramAndIsAnswered() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        AtomicReference<RunResult> answer = new AtomicReference<>();
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread caller = Thread.ofPlatform().start(() -> {
            answer.set(sandbox.run(
                    Programs.python("import time; print('up', flush=True); time.sleep(1000)"),
                    new RunContext("ada", "job", (stream, bytes) -> started.countDown())));
            stillInterrupted.set(Thread.currentThread().isInterrupted());
        });
        started.await();
        caller.interrupt();
        caller.join(Duration.ofSeconds(5));
        assertThat(answer.get()).isInstanceOfSatisfying(RunResult.Answered.class, answered -> {
            assertThat(answered.executed().status()).isEqualTo(ProgramStatus.CANCELLED);
            assertThat(answered.executed().stdout().text()).isEqualTo("up\n");
        });
        assertThat(stillInterrupted).isFalse();
        assertThat(run(Programs.python("print(1)"), "ada").isolation()).isEqualTo("fresh");
    }

    @Test
    void aContainerRemovedUnderARunIsUnavailableAndTheNextRunWorks() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        AtomicReference<RunResult> answer = new AtomicReference<>();
        Thread caller = Thread.ofPlatform()
                .start(() -> answer.set(sandbox.run(
                        Programs.python("import time; print('up', flush=True); time.sleep(1000)"),
                        new RunContext("ada", "job", (stream, bytes) -> started.countDown()))));
        started.await();
        containers()
                .forEach(container -> docker.removeContainerCmd(container.getId())
                        .withForce(true)
                        .exec());
        caller.join(Duration.ofSeconds(10));
        assertThat(answer.get())
                .isInstanceOfSatisfying(
                        RunResult.NotRun.class,
                        notRun -> assertThat(notRun.failure()).isInstanceOf(JobFailure.Unavailable.class));
        assertThat(run(Programs.python("print(1)"), "ada").status()).isEqualTo(ProgramStatus.OK);
    }

    @Test
    void containersOfACrashedPredecessorAreRemovedAtTheStart() {
        String image = sandbox.languages().getFirst().image();
        String orphan = docker.createContainerCmd(image)
                .withLabels(Map.of("dev.sandmill.instance", "crashed-" + config.instance()))
                .exec()
                .getId();
        SandboxConfig successor = new SandboxConfig(
                "crashed-" + config.instance(),
                config.dockerHost(),
                config.images(),
                config.imageTag(),
                config.seccompProfile(),
                1,
                0,
                Optional.empty());
        try (Sandbox second = Sandbox.open(successor, new RealSandbox.MemoryResults())) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> docker
                            .listContainersCmd()
                            .withShowAll(true)
                            .withLabelFilter(Map.of("dev.sandmill.instance", successor.instance()))
                            .exec()
                            .stream()
                            .noneMatch(container -> container.getId().equals(orphan)));
            assertThat(second.stats().leased()).isZero();
        }
    }

    @Test
    void aContainerOfThisProcessThatItDoesNotKnowIsRemovedAndThoseItUsesAreNot() {
        try (DockerConnection connection = new DockerConnection(RealSandbox.DOCKER)) {
            Ownership owner = Ownership.ofThisProcess("swept-" + config.instance());
            String image = sandbox.languages().getFirst().image();
            Map<String, String> labels =
                    Map.of("dev.sandmill.instance", owner.instance(), "dev.sandmill.process", owner.process());
            String used =
                    docker.createContainerCmd(image).withLabels(labels).exec().getId();
            String unknown =
                    docker.createContainerCmd(image).withLabels(labels).exec().getId();
            OrphanReaper reaper = new OrphanReaper(connection, owner, used::equals);
            assertThat(reaper.reap()).isZero();
            assertThat(reaper.reap()).isEqualTo(1);
            List<String> left = docker.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec().stream()
                    .map(Container::getId)
                    .toList();
            assertThat(left).containsExactly(used).doesNotContain(unknown);
            reaper.reapAll();
        }
    }

    @Test
    void aContainerWhoseOwnerIsGoneEndsByItselfWithTheProgramInIt() throws Exception {
        Ownership owner = Ownership.ofThisProcess("gone-" + config.instance());
        DockerConnection connection = new DockerConnection(RealSandbox.DOCKER);
        DockerContainerFactory factory =
                new DockerContainerFactory(connection, owner, RealSandbox.SECCOMP, Optional.empty(), true);
        dev.sandmill.sandbox.container.Container container = factory.create(ContainerSpec.cold(
                new PoolKey(sandbox.languages().getFirst().image(), 256L << 20, 64, 64L << 20, false)));
        container.send(List.of(
                new Frame.Run(
                        Set.of(),
                        1_000_000_000L,
                        1_000_000_000L,
                        1 << 20,
                        List.of("/usr/bin/sleep", "1000"),
                        List.of()),
                new Frame.Start()));
        assertThat(container.receive(Duration.ofSeconds(10))).containsInstanceOf(Frame.Started.class);
        connection.close();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> Boolean.FALSE.equals(docker.inspectContainerCmd(container.id())
                        .exec()
                        .getState()
                        .getRunning()));
        docker.removeContainerCmd(container.id()).exec();
    }

    @Test
    void withoutDockerEveryRunIsUnavailableSoon() {
        SandboxConfig nowhere = new SandboxConfig(
                "nowhere",
                URI.create("unix:///nowhere/docker.sock"),
                config.images(),
                config.imageTag(),
                config.seccompProfile(),
                1,
                1,
                Optional.empty());
        try (Sandbox blind = Sandbox.open(nowhere, new RealSandbox.MemoryResults())) {
            long start = System.nanoTime();
            RunResult result = blind.run(Programs.python("print(1)"), new RunContext("ada", "j", OutputListener.NONE));
            assertThat(result)
                    .isInstanceOfSatisfying(
                            RunResult.NotRun.class,
                            notRun -> assertThat(notRun.failure()).isInstanceOf(JobFailure.Unavailable.class));
            assertThat(blind.health().available()).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }
}
