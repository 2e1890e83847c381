package dev.sandmill.sandbox.container.docker;

import dev.sandmill.sandbox.container.Container;
import dev.sandmill.sandbox.container.ContainerLost;
import dev.sandmill.sandbox.container.ContainerSpec;
import dev.sandmill.sandbox.wire.Frame;
import dev.sandmill.sandbox.wire.FrameCodec;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// A container in Docker, spoken to over its attached stream or a line of its own.
final class DockerContainer implements Container {
    private final DockerConnection docker;
    private final String id;
    private final ContainerSpec spec;
    private final AttachedStream stream;
    private final AtomicBoolean destroyed = new AtomicBoolean();

    DockerContainer(DockerConnection docker, String id, ContainerSpec spec, AttachedStream stream) {
        this.docker = docker;
        this.id = id;
        this.spec = spec;
        this.stream = stream;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ContainerSpec spec() {
        return spec;
    }

    @Override
    public boolean isAlive() {
        return !stream.hasEnded() && !destroyed.get();
    }

    /// For once it is ready.
    void moveTo(DirectLine line) {
        stream.moveTo(line, id);
    }

    @Override
    public void send(List<? extends Frame.FromHost> frames) throws ContainerLost {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        frames.forEach(frame -> bytes.writeBytes(FrameCodec.encode(frame)));
        try {
            if (!stream.send(bytes.toByteArray())) {
                throw new ContainerLost("container " + id + " does not take its input any more", false);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ContainerLost("interrupted while sending to container " + id, false);
        }
    }

    @Override
    public Optional<Frame.FromInit> receive(Duration patience) throws ContainerLost, InterruptedException {
        AttachedStream.News next = stream.next(Math.max(0, patience.toNanos()));
        return switch (next) {
            case null -> Optional.empty();
            case AttachedStream.News.Arrived arrived -> Optional.of(arrived.frame());
            case AttachedStream.News.Ended over ->
                throw new ContainerLost("container " + id + " is gone: " + over.why(), docker.ranOutOfMemory(id));
        };
    }

    @Override
    public void destroy() {
        if (destroyed.compareAndSet(false, true)) {
            docker.remove(id);
            stream.closeConnection();
        }
    }
}
