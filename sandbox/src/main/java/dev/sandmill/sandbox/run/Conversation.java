package dev.sandmill.sandbox.run;

import dev.sandmill.sandbox.container.Container;
import dev.sandmill.sandbox.container.ContainerLost;
import dev.sandmill.sandbox.wire.Frame;
import dev.sandmill.sandbox.wire.FrameCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One run's exchange of frames with init, from RUN to EXIT. For one thread; an interrupt cancels the run.
final class Conversation {
    static final int CHUNK_BYTES = 64 * 1024;
    /// Init ends programs itself; a container that has not said so by then is taken away.
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Container container;
    private final byte[] stdin;
    private final OutputCollector output;
    private long deadlineNanos;
    private int sent;
    private boolean stdinEnded;
    private boolean cancelled;
    private boolean heard;

    /// @param exit null where init did not report an end in time
    record Ending(Frame.@Nullable Exit exit, boolean cancelled) {}

    Conversation(Container container, byte[] stdin, OutputCollector output, Duration wall) {
        this.container = container;
        this.stdin = stdin;
        this.output = output;
        this.deadlineNanos = System.nanoTime() + wall.plus(GRACE).toNanos();
    }

    /// @param opening everything from RUN to START; goes out in one piece with the first input
    /// @throws ContainerLost also where nothing came in all that time, not even that the program started: then
    ///     the engine passes nothing on, and nobody knows whether the program ran
    Ending untilExit(List<Frame.FromHost> opening) throws ContainerLost, InvalidProgram {
        List<Frame.FromHost> first = new ArrayList<>(opening);
        feed(first, FrameCodec.STDIN_WINDOW_BYTES);
        container.send(first);
        while (true) {
            Optional<Frame.FromInit> next;
            try {
                next = container.receive(Duration.ofNanos(deadlineNanos - System.nanoTime()));
            } catch (InterruptedException interrupt) {
                cancel();
                continue;
            }
            heard = heard || next.isPresent();
            switch (next.orElse(null)) {
                case null -> {
                    if (!heard && !cancelled) {
                        throw new ContainerLost("container " + container.id() + " said nothing at all", false);
                    }
                    return new Ending(null, cancelled);
                }
                case Frame.Started ignored -> {}
                case Frame.Stdout out -> output.accept(out);
                case Frame.Stderr err -> output.accept(err);
                case Frame.StdinTaken taken -> feed(taken.bytes());
                case Frame.Exit exit -> {
                    return new Ending(exit, cancelled);
                }
                case Frame.Refused refused -> throw new InvalidProgram(refused.reason());
                case Frame.Ready unexpected -> throw unexpected(unexpected);
                case Frame.ResetDone unexpected -> throw unexpected(unexpected);
                case Frame.ResetFailed unexpected -> throw unexpected(unexpected);
                case Frame.ArtifactFound unexpected -> throw unexpected(unexpected);
                case Frame.ArtifactData unexpected -> throw unexpected(unexpected);
                case Frame.Collected unexpected -> throw unexpected(unexpected);
            }
        }
    }

    private void feed(int room) throws ContainerLost {
        List<Frame.FromHost> frames = new ArrayList<>();
        feed(frames, room);
        if (!frames.isEmpty()) {
            container.send(frames);
        }
    }

    private void feed(List<Frame.FromHost> frames, int room) {
        int end = Math.min(stdin.length, sent + room);
        while (sent < end) {
            int next = Math.min(end, sent + CHUNK_BYTES);
            frames.add(new Frame.Stdin(Arrays.copyOfRange(stdin, sent, next)));
            sent = next;
        }
        if (sent == stdin.length && !stdinEnded) {
            stdinEnded = true;
            frames.add(new Frame.StdinEnd());
        }
    }

    private void cancel() throws ContainerLost {
        if (!cancelled) {
            cancelled = true;
            deadlineNanos = System.nanoTime() + GRACE.toNanos();
            container.send(List.of(new Frame.Cancel()));
        }
    }

    private static IllegalStateException unexpected(Frame frame) {
        return new IllegalStateException("init said " + frame + " in the middle of a run");
    }
}
