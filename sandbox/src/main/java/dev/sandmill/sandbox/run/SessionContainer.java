package dev.sandmill.sandbox.run;

import dev.sandmill.api.Artifact;
import dev.sandmill.api.Content;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.SourceFile;
import dev.sandmill.api.Usage;
import dev.sandmill.api.text.Spelled;
import dev.sandmill.sandbox.container.Container;
import dev.sandmill.sandbox.container.ContainerLost;
import dev.sandmill.sandbox.container.ContainerUnavailable;
import dev.sandmill.sandbox.container.Lease;
import dev.sandmill.sandbox.run.ArtifactCollector.Found;
import dev.sandmill.sandbox.run.OutcomeClassifier.Verdict;
import dev.sandmill.sandbox.wire.Frame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A container that one session has to itself, never given back: its driver, its calls, its files. For one thread at
/// a time; [#destroy()] may come from any.
public final class SessionContainer {
    /// Of one file, both ways.
    public static final long FILE_MAX_BYTES = 8 << 20;

    private static final Duration START_PATIENCE = Duration.ofSeconds(10);
    private static final Duration FILE_PATIENCE = Duration.ofSeconds(10);
    private static final long START_OUTPUT_BYTES = 16 << 10;
    private static final String WHY_NOT_THE_SAME = "a session keeps state between its calls";

    private final Lease lease;
    private final Container container;
    private final Limits limits;

    /// @param executed the call's outcome
    /// @param over whether the driver ended with it, and the session has to
    public record Call(Executed executed, boolean over) {}

    private SessionContainer(Lease lease, Limits limits) {
        this.lease = lease;
        this.container = lease.container();
        this.limits = limits;
    }

    /// Starts the language's driver in a withdrawn container; discards it where that fails.
    ///
    /// @param language one that keeps state
    public static SessionContainer start(Lease lease, InstalledLanguage language, Limits limits)
            throws ContainerUnavailable, InterruptedException {
        List<String> driver = language.definition().session();
        if (driver == null) {
            throw new IllegalArgumentException(language.name() + " has no sessions");
        }
        OutputCollector output = new OutputCollector(START_OUTPUT_BYTES, (stream, bytes) -> {});
        long micros = START_PATIENCE.toMillis() * ProgramRunner.MICROS;
        Frame.Run run = new Frame.Run(
                language.definition().keepsStateWarm()
                        ? Set.of(Frame.RunFlag.SESSION, Frame.RunFlag.WARM)
                        : Set.of(Frame.RunFlag.SESSION),
                micros,
                micros,
                START_OUTPUT_BYTES,
                driver,
                PreparedProgram.environment(language.definition().env(), Map.of()));
        boolean started = false;
        try {
            Conversation.Ending ending = new Conversation(lease.container(), new byte[0], output, START_PATIENCE)
                    .untilExit(List.of(run, new Frame.Start()));
            if (ending.cancelled()) {
                throw new InterruptedException("interrupted while a session was started");
            }
            Frame.Exit exit = ending.exit();
            started = exit != null && exit.kind() == Frame.ExitKind.RETURNED;
            if (!started) {
                throw new ContainerUnavailable(
                        "the session's driver did not start: " + output.stderr().text() + " " + exit, null);
            }
            return new SessionContainer(lease, limits);
        } catch (ContainerLost | InvalidProgram failed) {
            throw new ContainerUnavailable("the session's driver did not start: " + failed.getMessage(), failed);
        } finally {
            if (!started) {
                lease.discard();
            }
        }
    }

    public String id() {
        return container.id();
    }

    public boolean isAlive() {
        return container.isAlive();
    }

    /// Returns when the container is gone.
    public void destroy() {
        try {
            container.destroy();
        } finally {
            lease.discard();
        }
    }

    /// Runs one call to its end. An interrupt kills the whole session; the answer is then `CANCELLED`.
    ///
    /// @throws ContainerLost when the container went away and it was not the program's doing
    /// @throws InvalidProgram when init refused it, which is so when the session has ended meanwhile
    public Call call(String source) throws ContainerLost, InvalidProgram {
        OutputCollector output = new OutputCollector(limits.outputBytes(), (stream, bytes) -> {});
        Duration wall = Duration.ofMillis(Math.min(limits.wallMillis(), ProgramRunner.MILLIS_MAX));
        try {
            Conversation.Ending ending =
                    new Conversation(container, new byte[0], output, wall).untilExit(opening(source));
            Frame.Exit exit = ending.exit();
            boolean over = exit == null || exit.kind() != Frame.ExitKind.RETURNED;
            Stage stage = exit == null
                    ? ProgramRunner.withoutExit(ending, output, limits)
                    : ProgramRunner.ended(exit, output, limits);
            return new Call(executed(stage, over), over);
        } catch (ContainerLost lost) {
            if (!lost.outOfMemory()) {
                throw lost;
            }
            Verdict verdict =
                    new Verdict(ProgramStatus.MEMORY_LIMIT, null, "SIGKILL", OutcomeClassifier.memory(limits));
            return new Call(
                    executed(new Stage(verdict, Usage.NONE, output, Found.NOTHING, false, true, false), true), true);
        }
    }

    private List<Frame.FromHost> opening(String source) {
        List<Frame.FromHost> frames = new ArrayList<>();
        frames.add(new Frame.Call(
                Math.min(limits.wallMillis(), ProgramRunner.MILLIS_MAX) * ProgramRunner.MICROS,
                Math.min(limits.cpuMillis(), ProgramRunner.MILLIS_MAX) * ProgramRunner.MICROS,
                limits.outputBytes()));
        byte[] bytes = source.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += Conversation.CHUNK_BYTES) {
            frames.add(new Frame.Code(
                    Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + Conversation.CHUNK_BYTES))));
        }
        frames.add(new Frame.Start());
        return frames;
    }

    private Executed executed(Stage stage, boolean over) {
        Verdict verdict = stage.verdict();
        String message = over
                ? (verdict.message() == null ? "" : verdict.message() + "; ")
                        + "its interpreter ended, and the session with it"
                : verdict.message();
        Stage told = new Stage(
                new Verdict(verdict.status(), verdict.exitCode(), verdict.signal(), message),
                stage.usage(),
                stage.output(),
                stage.files(),
                stage.cut(),
                stage.over(),
                stage.clean());
        return ProgramRunner.executed(
                        told, null, "fresh", container.spec().key().image())
                .judged(false, List.of(WHY_NOT_THE_SAME));
    }

    /// Writes a file of the workspace, in the place of what has its name.
    ///
    /// @return why it could not be written, or nothing
    /// @throws InvalidProgram for a path that is none
    public Optional<String> put(String path, byte[] bytes) throws InvalidProgram, ContainerLost, InterruptedException {
        Workspace.check(path);
        List<Frame.FromHost> frames = new ArrayList<>();
        ProgramRunner.addFile(frames, new SourceFile(path, Content.of(bytes)));
        // Asks for nothing: its answer says that init is through with the file.
        frames.add(new Frame.Collect(1, 1, 1, List.of()));
        container.send(frames);
        String refusal = null;
        long deadline = System.nanoTime() + FILE_PATIENCE.toNanos();
        while (true) {
            Frame.FromInit next = container
                    .receive(Duration.ofNanos(deadline - System.nanoTime()))
                    .orElseThrow(() -> notTrusted("it did not take a file within " + Spelled.time(FILE_PATIENCE)));
            if (next instanceof Frame.Collected) {
                return Optional.ofNullable(refusal);
            }
            if (!(next instanceof Frame.Refused refused)) {
                throw notTrusted("init said " + next.getClass().getSimpleName() + " about a file");
            }
            refusal = refusal == null ? refused.reason() : refusal;
        }
    }

    /// A file of the workspace, with its content or with what is wrong with it.
    ///
    /// @throws InvalidProgram for a path that is none
    public Artifact fetch(String path) throws InvalidProgram, ContainerLost, InterruptedException {
        Workspace.check(path);
        return new ArtifactCollector(container, FILE_PATIENCE, FILE_MAX_BYTES, FILE_MAX_BYTES).fetch(path);
    }

    private ContainerLost notTrusted(@Nullable String why) {
        return new ContainerLost("container " + container.id() + " is not trusted any more: " + why, false);
    }
}
