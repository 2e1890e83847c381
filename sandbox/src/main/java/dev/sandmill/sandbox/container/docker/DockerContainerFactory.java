package dev.sandmill.sandbox.container.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.HostConfig;
import dev.sandmill.api.text.Spelled;
import dev.sandmill.sandbox.container.Container;
import dev.sandmill.sandbox.container.ContainerFactory;
import dev.sandmill.sandbox.container.ContainerLost;
import dev.sandmill.sandbox.container.ContainerSpec;
import dev.sandmill.sandbox.container.ContainerUnavailable;
import dev.sandmill.sandbox.wire.Frame;
import dev.sandmill.sandbox.wire.Frame.Warmth;
import dev.sandmill.sandbox.wire.FrameCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes hardened, started and attached containers. The image is named by its id and never pulled.
public final class DockerContainerFactory implements ContainerFactory {
    private static final Duration READY_PATIENCE = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(DockerContainerFactory.class);
    private static final int FIRST_UID = 100_000;
    /// More than the runs that any pool gives a container.
    private static final int UIDS_OF_A_CONTAINER = 10_000;
    private static final int UID_RANGES = 100_000;

    /// Goes to a container's init past the engine.
    interface Lines {
        /// @param process init's number on the engine's host
        DirectLine to(long process) throws IOException;
    }

    private final Lines lines;
    private final AtomicInteger uidRanges =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(UID_RANGES));
    private final DockerConnection docker;
    private final Hardening hardening;
    private final Ownership owner;
    private final Set<String> beingMade = ConcurrentHashMap.newKeySet();
    private final Map<String, Container> made = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();
    /// Whether to go past the engine; not any more where the first attempt shows that it cannot be done here.
    private volatile boolean direct;
    private volatile boolean wentDirectly;

    /// @param owner goes into every container's labels, for [OrphanReaper]
    /// @param direct whether the engine may be on this host, and its runtime one of this host's kernel
    public DockerContainerFactory(
            DockerConnection docker, Ownership owner, Path seccompProfile, Optional<String> runtime, boolean direct) {
        this(docker, owner, seccompProfile, runtime, direct, InitSocket::connect);
    }

    DockerContainerFactory(
            DockerConnection docker,
            Ownership owner,
            Path seccompProfile,
            Optional<String> runtime,
            boolean direct,
            Lines lines) {
        this.direct = direct;
        this.lines = lines;
        this.docker = docker;
        this.hardening = new Hardening(read(seccompProfile), runtime);
        this.owner = owner;
    }

    /// Whether it is being made here, or was and lives.
    public boolean isInUse(String containerId) {
        made.values().removeIf(container -> !container.isAlive());
        return beingMade.contains(containerId) || made.containsKey(containerId);
    }

    private static String read(Path seccompProfile) {
        try {
            return Files.readString(seccompProfile);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("the seccomp profile " + seccompProfile + " cannot be read", unreadable);
        }
    }

    @Override
    public Container create(ContainerSpec spec) throws ContainerUnavailable, InterruptedException {
        HostConfig host = hardening.hostConfig(spec);
        HardeningAudit.requireClosed(host);
        String id = null;
        DockerContainer container = null;
        try {
            id = docker.client()
                    .createContainerCmd(spec.key().image())
                    .withHostConfig(host)
                    .withEnv(hardening.environment(spec))
                    .withLabels(owner.labels())
                    .withHostName("sandbox")
                    .withUser("0:0")
                    .withStdinOpen(true)
                    .withStdInOnce(true)
                    .withAttachStdin(true)
                    .withAttachStdout(true)
                    .withAttachStderr(true)
                    .withTty(false)
                    .exec()
                    .getId();
            beingMade.add(id);
            container = new DockerContainer(docker, id, spec, docker.attach(id));
            docker.client().startContainerCmd(id).exec();
            greet(container, spec);
            if (direct) {
                goDirectly(container);
            }
            made.put(id, container);
            return container;
        } catch (DockerException refused) {
            abandon(id, container);
            throw new ContainerUnavailable("Docker refused a container: " + refused.getMessage(), refused);
        } catch (ContainerLost | RuntimeException failed) {
            abandon(id, container);
            if (failed instanceof IllegalStateException defect) {
                throw defect;
            }
            throw new ContainerUnavailable("no container could be made: " + DockerConnection.reason(failed), failed);
        } catch (InterruptedException stopping) {
            abandon(id, container);
            throw stopping;
        } finally {
            if (id != null) {
                beingMade.remove(id);
            }
        }
    }

    private void greet(DockerContainer container, ContainerSpec spec) throws ContainerLost, InterruptedException {
        byte[] nonce = new byte[FrameCodec.NONCE_BYTES];
        random.nextBytes(nonce);
        container.send(List.of(new Frame.Hello(
                FrameCodec.VERSION,
                nonce,
                firstUid(),
                spec.warmth(),
                spec.warmCommand(),
                spec.environment(),
                spec.serverCommand())));
        Frame.FromInit answer = container
                .receive(READY_PATIENCE)
                .orElseThrow(
                        () -> new ContainerLost("init did not answer within " + Spelled.time(READY_PATIENCE), false));
        if (!(answer instanceof Frame.Ready ready)) {
            throw new ContainerLost("init answered " + answer, false);
        }
        if (ready.version() != FrameCodec.VERSION || !Arrays.equals(ready.nonce(), nonce)) {
            throw new ContainerLost("init speaks version " + ready.version() + ", not " + FrameCodec.VERSION, false);
        }
        if (spec.warmth() != Warmth.NONE && !ready.warm()) {
            LOG.warn("programs start cold in container {}: {} did not come up", container.id(), spec.warmCommand());
        }
    }

    private void goDirectly(DockerContainer container) {
        try {
            Long process = docker.client()
                    .inspectContainerCmd(container.id())
                    .exec()
                    .getState()
                    .getPidLong();
            if (process == null || process <= 0) {
                throw new IOException("Docker names no process");
            }
            container.moveTo(lines.to(process));
            wentDirectly = true;
        } catch (IOException elsewhere) {
            direct = wentDirectly;
            LOG.info("container {} is spoken to through the engine: {}", container.id(), elsewhere.toString());
        }
    }

    /// Containers share no user as long as fewer than [#UID_RANGES] are there.
    private int firstUid() {
        return FIRST_UID + UIDS_OF_A_CONTAINER * Math.floorMod(uidRanges.getAndIncrement(), UID_RANGES);
    }

    private void abandon(@Nullable String id, @Nullable DockerContainer container) {
        if (container != null) {
            container.destroy();
        } else if (id != null) {
            docker.remove(id);
        }
    }
}
