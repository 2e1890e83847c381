package dev.sandmill.sandbox.run;

import dev.sandmill.api.Content;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.SourceFile;
import dev.sandmill.api.Usage;
import dev.sandmill.sandbox.container.Container;
import dev.sandmill.sandbox.container.ContainerLost;
import dev.sandmill.sandbox.container.Lease;
import dev.sandmill.sandbox.run.OutcomeClassifier.Verdict;
import dev.sandmill.sandbox.run.PreparedProgram.Invocation;
import dev.sandmill.sandbox.wire.Frame;
import dev.sandmill.sandbox.wire.FrameCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Runs prepared programs in leased containers. Thread-safe.
public final class ProgramRunner {
    /// What a listener is told of output: whether it is standard error, and the bytes.
    public interface OutputSink {
        void onOutput(boolean stderr, byte[] bytes);
    }

    private static final int FIRST_UID = 100_000;
    private static final int UIDS = 1_000_000;
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final long MICROS = 1000;
    /// Limits that nobody reaches, kept from overflowing.
    private static final long MILLIS_MAX = Long.MAX_VALUE / MICROS / MICROS / MICROS;
    /// Init ends programs itself; a container that has not said so by then is taken away.
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final AtomicInteger uids =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(UIDS));

    /// Runs to the end and ends the lease: given back after an ordinary end, else discarded. An interrupt kills the
    /// program; the answer is then `CANCELLED`, and the interrupt is used up.
    ///
    /// @throws ContainerLost when the container went away and it was not the program's doing
    /// @throws InvalidProgram when init refused it
    public Executed run(PreparedProgram program, Invocation invocation, Lease lease, OutputSink sink)
            throws ContainerLost, InvalidProgram {
        Container container = lease.container();
        Limits limits = program.code().limits();
        BiConsumer<OutputCollector.Stream, byte[]> listener =
                (stream, bytes) -> sink.onOutput(stream == OutputCollector.Stream.STDERR, bytes);
        OutputCollector output = new OutputCollector(limits.outputBytes(), listener);
        try {
            container.send(opening(program, invocation));
            Ending ending = new Conversation(container, invocation.stdin(), output, limits).untilExit();
            if (ending.exit() == null) {
                lease.discard();
                return withoutExit(ending, output, lease, container);
            }
            if (reusable(ending.exit())) {
                lease.giveBack();
            } else {
                lease.discard();
            }
            return executed(ending.exit(), output, lease, container);
        } catch (ContainerLost lost) {
            lease.discard();
            if (lost.outOfMemory()) {
                return executed(
                        new Verdict(ProgramStatus.MEMORY_LIMIT, null, "SIGKILL", "the whole container was killed"),
                        Usage.NONE,
                        output,
                        false,
                        lease,
                        container);
            }
            throw lost;
        }
    }

    private List<Frame.FromHost> opening(PreparedProgram program, Invocation invocation) {
        Limits limits = program.code().limits();
        List<Frame.FromHost> frames = new ArrayList<>();
        frames.add(new Frame.Run(
                FIRST_UID + Math.floorMod(uids.getAndIncrement(), UIDS),
                program.warm(),
                Math.min(limits.wallMillis(), MILLIS_MAX) * MICROS,
                Math.min(limits.cpuMillis(), MILLIS_MAX) * MICROS,
                limits.outputBytes(),
                invocation.command(),
                program.environment()));
        for (SourceFile file : program.files()) {
            byte[] bytes = file.content().toByteArray();
            int at = 0;
            do {
                int end = Math.min(bytes.length, at + CHUNK_BYTES);
                frames.add(new Frame.File(file.path(), false, at > 0, Arrays.copyOfRange(bytes, at, end)));
                at = end;
            } while (at < bytes.length);
        }
        frames.add(new Frame.Start());
        return frames;
    }

    private static boolean reusable(Frame.Exit exit) {
        boolean ordinary = exit.kind() == Frame.ExitKind.EXITED || exit.kind() == Frame.ExitKind.SIGNALLED;
        return ordinary && exit.limit() == Frame.LimitHit.NONE && !exit.leftovers() && exit.oomKills() == 0;
    }

    private static Executed executed(Frame.Exit exit, OutputCollector output, Lease lease, Container container) {
        Usage usage = new Usage(
                roundedUp(exit.wallMicros()), roundedUp(exit.cpuMicros()), exit.peakMemoryBytes(), exit.peakPids());
        boolean cut = exit.limit() == Frame.LimitHit.OUTPUT;
        return executed(OutcomeClassifier.classify(exit), usage, output, cut, lease, container);
    }

    private static long roundedUp(long micros) {
        return (micros + MICROS - 1) / MICROS;
    }

    private static Executed withoutExit(Ending ending, OutputCollector output, Lease lease, Container container) {
        Verdict verdict = ending.cancelled()
                ? new Verdict(ProgramStatus.CANCELLED, null, "SIGKILL", "cancelled; its container was removed")
                : new Verdict(ProgramStatus.WALL_LIMIT, null, "SIGKILL", "its container was removed");
        return executed(verdict, Usage.NONE, output, false, lease, container);
    }

    private static Executed executed(
            Verdict verdict, Usage usage, OutputCollector output, boolean cut, Lease lease, Container container) {
        return new Executed(
                verdict.status(),
                verdict.exitCode(),
                verdict.signal(),
                output.stdout(),
                cut && output.isFull(OutputCollector.Stream.STDOUT),
                output.stderr(),
                cut && output.isFull(OutputCollector.Stream.STDERR),
                usage,
                false,
                false,
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                lease.recycled() ? "recycled" : "fresh",
                container.spec().key().image(),
                verdict.message());
    }

    /// @param exit null where init did not report an end in time
    private record Ending(Frame.@Nullable Exit exit, boolean cancelled) {}

    /// One run's exchange of frames, from its start to its exit.
    private static final class Conversation {
        private final Container container;
        private final byte[] stdin;
        private final OutputCollector output;
        private long deadlineNanos;
        private int sent;
        private boolean stdinEnded;
        private boolean cancelled;

        Conversation(Container container, Content stdin, OutputCollector output, Limits limits) {
            this.container = container;
            this.stdin = stdin.toByteArray();
            this.output = output;
            this.deadlineNanos = System.nanoTime()
                    + Duration.ofMillis(Math.min(limits.wallMillis(), MILLIS_MAX))
                            .plus(GRACE)
                            .toNanos();
        }

        Ending untilExit() throws ContainerLost, InvalidProgram {
            feed(FrameCodec.STDIN_WINDOW_BYTES);
            while (true) {
                Optional<Frame.FromInit> next;
                try {
                    next = container.receive(Duration.ofNanos(deadlineNanos - System.nanoTime()));
                } catch (InterruptedException interrupt) {
                    cancel();
                    continue;
                }
                switch (next.orElse(null)) {
                    case null -> {
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
                }
            }
        }

        private void feed(int room) throws ContainerLost {
            List<Frame.FromHost> frames = new ArrayList<>();
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
            if (!frames.isEmpty()) {
                container.send(frames);
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
}
