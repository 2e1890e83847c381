package dev.sandmill.sandbox.run;

import dev.sandmill.api.CompileResult;
import dev.sandmill.api.Content;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.SourceFile;
import dev.sandmill.api.Usage;
import dev.sandmill.sandbox.container.Container;
import dev.sandmill.sandbox.container.ContainerLost;
import dev.sandmill.sandbox.container.Lease;
import dev.sandmill.sandbox.run.ArtifactCollector.Found;
import dev.sandmill.sandbox.run.OutcomeClassifier.Verdict;
import dev.sandmill.sandbox.run.PreparedProgram.Invocation;
import dev.sandmill.sandbox.wire.Frame;
import dev.sandmill.sandbox.wire.Frame.RunFlag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs prepared programs in leased containers: the compiler where there is one, then the program. Thread-safe.
public final class ProgramRunner {
    /// What a listener is told of output: whether it is standard error, and the bytes.
    public interface OutputSink {
        void onOutput(boolean stderr, byte[] bytes);
    }

    /// Which of a run's processes it is. What is warm becomes the first that is not a compiler.
    private enum Place {
        ALONE,
        COMPILER,
        COMPILED,
        LATER
    }

    static final long MICROS = 1000;
    /// Limits that nobody reaches, kept from overflowing.
    static final long MILLIS_MAX = Long.MAX_VALUE / MICROS / MICROS / MICROS;

    /// Runs to the end and ends the lease: given back after ordinary ends, else discarded. An interrupt kills the
    /// program; the answer is then `CANCELLED`, and the interrupt is used up.
    ///
    /// @param invocations one; more only of a compiled program, each in the workspace that the compiler left
    /// @return an end for each of them, fewer where the container did not last or the program was not compiled
    /// @throws ContainerLost when the container went away and it was not the program's doing
    /// @throws InvalidProgram when init refused it
    public List<Executed> run(PreparedProgram program, List<Invocation> invocations, Lease lease, OutputSink sink)
            throws ContainerLost, InvalidProgram {
        List<Executed> ends = new ArrayList<>();
        CompileResult compile = null;
        boolean clean = true;
        if (program.compiles()) {
            Invocation compiler = new Invocation(program.compiler(), Content.EMPTY);
            Stage stage = stage(program, compiler, Place.COMPILER, false, lease, (stderr, bytes) -> {});
            compile = stage.asCompile();
            clean = stage.clean();
            if (!stage.ok()) {
                ends.add(notCompiled(stage, compile, lease));
            }
        }
        boolean goesOn = ends.isEmpty();
        boolean last = false;
        for (int i = 0; goesOn && i < invocations.size(); i++) {
            last = i == invocations.size() - 1 && program.code().outputs().isEmpty();
            Stage stage = stage(
                    program,
                    invocations.get(i),
                    i > 0 ? Place.LATER : program.compiles() ? Place.COMPILED : Place.ALONE,
                    last,
                    lease,
                    sink);
            if (!program.code().outputs().isEmpty() && stage.leavesFiles()) {
                stage = withFiles(stage, program.code().outputs(), lease);
            }
            ends.add(executed(stage, compile, lease));
            clean = clean && stage.clean();
            goesOn = !stage.over() && stage.verdict().status() != ProgramStatus.CANCELLED;
        }
        if (clean) {
            lease.giveBack(last);
        } else {
            lease.discard();
        }
        return ends;
    }

    /// False where time ran out, or the container was lost, before all of its files were there.
    public static boolean collectedWhole(Executed executed) {
        return executed.artifacts().stream()
                .noneMatch(artifact -> artifact.path().equals(ArtifactCollector.WORKSPACE));
    }

    private static Stage stage(
            PreparedProgram program, Invocation invocation, Place place, boolean last, Lease lease, OutputSink sink)
            throws ContainerLost, InvalidProgram {
        Container container = lease.container();
        Limits limits = program.code().limits();
        OutputCollector output = new OutputCollector(
                limits.outputBytes(), (stream, bytes) -> sink.onOutput(stream == OutputCollector.Stream.STDERR, bytes));
        Duration wall = Duration.ofMillis(Math.min(limits.wallMillis(), MILLIS_MAX));
        try {
            Conversation.Ending ending = new Conversation(
                            container, invocation.stdin().toByteArray(), output, wall)
                    .untilExit(opening(program, invocation, place, last));
            return ending.exit() == null ? withoutExit(ending, output, limits) : ended(ending.exit(), output, limits);
        } catch (ContainerLost lost) {
            if (lost.outOfMemory()) {
                Verdict verdict = new Verdict(
                        ProgramStatus.MEMORY_LIMIT,
                        null,
                        "SIGKILL",
                        OutcomeClassifier.memory(limits) + "; its container was killed");
                return new Stage(verdict, Usage.NONE, output, Found.NOTHING, false, true, false);
            }
            throw lost;
        }
    }

    /// An interrupt while files are collected ends the run as one while it ran does.
    private static Stage withFiles(Stage stage, List<String> globs, Lease lease) throws ContainerLost {
        try {
            Found found = new ArtifactCollector(lease.container()).collect(globs);
            return found.whole() ? stage.with(found) : stage.with(found).last();
        } catch (InterruptedException cancelled) {
            return new Stage(
                    new Verdict(ProgramStatus.CANCELLED, null, null, "cancelled while its outputs were collected"),
                    stage.usage(),
                    stage.output(),
                    Found.NOTHING,
                    stage.cut(),
                    true,
                    false);
        }
    }

    private static List<Frame.FromHost> opening(
            PreparedProgram program, Invocation invocation, Place place, boolean last) {
        Limits limits = program.code().limits();
        List<Frame.FromHost> frames = new ArrayList<>();
        frames.add(new Frame.Run(
                flags(program, place, last),
                Math.min(limits.wallMillis(), MILLIS_MAX) * MICROS,
                Math.min(limits.cpuMillis(), MILLIS_MAX) * MICROS,
                limits.outputBytes(),
                invocation.command(),
                program.environment()));
        if (place == Place.ALONE || place == Place.COMPILER) {
            program.files().forEach(file -> addFile(frames, file));
        }
        frames.add(new Frame.Start());
        return frames;
    }

    private static Set<RunFlag> flags(PreparedProgram program, Place place, boolean last) {
        Set<RunFlag> flags = EnumSet.noneOf(RunFlag.class);
        if (last) {
            flags.add(RunFlag.RESETS);
        }
        switch (place) {
            case ALONE -> addIf(program.warm(), flags, RunFlag.WARM);
            case COMPILER -> {
                addIf(program.warmCompiler(), flags, RunFlag.WARM);
                addIf(program.warm(), flags, RunFlag.KEEPS);
            }
            case COMPILED -> {
                flags.add(RunFlag.CONTINUES);
                addIf(program.warm(), flags, RunFlag.WARM);
                addIf(program.invocations().size() > 1, flags, RunFlag.SAVES);
            }
            case LATER -> flags.addAll(Set.of(RunFlag.CONTINUES, RunFlag.RESTORES));
        }
        return flags;
    }

    private static void addIf(boolean wanted, Set<RunFlag> flags, RunFlag flag) {
        if (wanted) {
            flags.add(flag);
        }
    }

    static void addFile(List<Frame.FromHost> frames, SourceFile file) {
        byte[] bytes = file.content().toByteArray();
        int at = 0;
        do {
            int end = Math.min(bytes.length, at + Conversation.CHUNK_BYTES);
            frames.add(new Frame.File(file.path(), false, at > 0, Arrays.copyOfRange(bytes, at, end)));
            at = end;
        } while (at < bytes.length);
    }

    static Stage ended(Frame.Exit exit, OutputCollector output, Limits limits) {
        Usage usage = new Usage(
                roundedUp(exit.wallMicros()), roundedUp(exit.cpuMicros()), exit.peakMemoryBytes(), exit.peakPids());
        boolean cut = exit.limit() == Frame.LimitHit.OUTPUT;
        return new Stage(
                OutcomeClassifier.classify(exit, limits, output.stderr().toByteArray()),
                usage,
                output,
                Found.NOTHING,
                cut,
                false,
                exit.ordinary());
    }

    private static long roundedUp(long micros) {
        return (micros + MICROS - 1) / MICROS;
    }

    static Stage withoutExit(Conversation.Ending ending, OutputCollector output, Limits limits) {
        Verdict verdict = ending.cancelled()
                ? new Verdict(ProgramStatus.CANCELLED, null, "SIGKILL", "cancelled; its container was removed")
                : new Verdict(ProgramStatus.WALL_LIMIT, null, "SIGKILL", OutcomeClassifier.wall(limits));
        return new Stage(verdict, Usage.NONE, output, Found.NOTHING, false, true, false);
    }

    private static Executed notCompiled(Stage compiler, CompileResult compile, Lease lease) {
        String signal = compiler.verdict().signal();
        String reason = compiler.verdict().message();
        String message = "the compile step ended with "
                + (signal == null ? "exit code " + compile.exitCode() : signal)
                + (reason == null ? "; see compile" : ": " + reason);
        Verdict verdict = new Verdict(compile.status(), null, null, message);
        return executed(Stage.notStarted(verdict, compiler.usage()), compile, lease);
    }

    private static Executed executed(Stage stage, @Nullable CompileResult compile, Lease lease) {
        return executed(
                stage,
                compile,
                lease.recycled() ? "recycled" : "fresh",
                lease.container().spec().key().image());
    }

    static Executed executed(Stage stage, @Nullable CompileResult compile, String isolation, String image) {
        Verdict verdict = stage.verdict();
        return new Executed(
                verdict.status(),
                verdict.exitCode(),
                verdict.signal(),
                stage.output().stdout(),
                stage.stdoutCut(),
                stage.output().stderr(),
                stage.stderrCut(),
                stage.usage(),
                false,
                false,
                List.of(),
                List.of(),
                stage.files().files(),
                compile,
                null,
                isolation,
                image,
                verdict.message());
    }
}
