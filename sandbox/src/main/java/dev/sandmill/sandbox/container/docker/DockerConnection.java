package dev.sandmill.sandbox.container.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.sandmill.sandbox.container.ContainerUnavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Docker Engine's API: one client for calls, and one without a response timeout for attached streams.
/// Connects at the first call; asks for no API version, so every engine answers with its own.
public final class DockerConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DockerConnection.class);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration RESPONSE = Duration.ofSeconds(60);
    private static final Duration ATTACH_LOOK = Duration.ofMillis(50);
    private static final int CALLS_MAX = 64;
    private static final int STREAMS_MAX = 4096;

    private final DockerClient client;
    private final DockerClient streams;

    public DockerConnection(URI dockerHost) {
        DefaultDockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(dockerHost.toString())
                .build();
        this.client = DockerClientImpl.getInstance(
                config,
                transport(config)
                        .maxConnections(CALLS_MAX)
                        .responseTimeout(RESPONSE)
                        .build());
        this.streams = DockerClientImpl.getInstance(
                config, transport(config).maxConnections(STREAMS_MAX).build());
    }

    private static ZerodepDockerHttpClient.Builder transport(DefaultDockerClientConfig config) {
        return new ZerodepDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig(config.getSSLConfig())
                .connectionTimeout(CONNECT);
    }

    DockerClient client() {
        return client;
    }

    /// Attaches to a container's standard streams; before it starts, so that nothing is missed.
    AttachedStream attach(String containerId) throws ContainerUnavailable, InterruptedException {
        AttachedStream stream = new AttachedStream();
        streams.attachContainerCmd(containerId)
                .withStdIn(stream.input())
                .withStdOut(true)
                .withStdErr(true)
                .withFollowStream(true)
                .exec(stream);
        // A connection that fails never starts, and nobody is woken by that: looked at now and then.
        long deadline = System.nanoTime() + RESPONSE.toNanos();
        while (!stream.awaitStarted(ATTACH_LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            if (stream.hasEnded() || System.nanoTime() > deadline) {
                stream.closeConnection();
                throw new ContainerUnavailable("Docker did not attach to container " + containerId, null);
            }
        }
        return stream;
    }

    /// Kills and removes a container. One that cannot be removed now loses its input with its connection, upon
    /// which init ends it; what is left of it is for [OrphanReaper].
    void remove(String containerId) {
        try {
            client.removeContainerCmd(containerId)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException | ConflictException alreadyGoing) {
            LOG.debug("container {} is already going", containerId);
        } catch (RuntimeException failed) {
            LOG.warn("container {} could not be removed: {}", containerId, reason(failed));
        }
    }

    boolean ranOutOfMemory(String containerId) {
        try {
            return Boolean.TRUE.equals(
                    client.inspectContainerCmd(containerId).exec().getState().getOOMKilled());
        } catch (RuntimeException unknown) {
            LOG.debug("how container {} ended is not known: {}", containerId, reason(unknown));
            return false;
        }
    }

    /// The memory of the host that the containers are on.
    ///
    /// @throws RuntimeException when Docker does not answer
    public long memoryBytes() {
        Long total = client.infoCmd().exec().getMemTotal();
        if (total == null || total <= 0) {
            throw new IllegalStateException("Docker does not say how much memory its host has");
        }
        return total;
    }

    /// The innermost message: the client wraps causes several times.
    static String reason(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost.getMessage() == null ? innermost.getClass().getSimpleName() : innermost.getMessage();
    }

    /// @throws RuntimeException when Docker does not answer
    public void ping() {
        client.pingCmd().exec();
    }

    @Override
    public void close() {
        try {
            client.close();
            streams.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
