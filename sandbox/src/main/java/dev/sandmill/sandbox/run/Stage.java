package dev.sandmill.sandbox.run;

import dev.sandmill.api.CompileResult;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.Usage;
import dev.sandmill.sandbox.run.ArtifactCollector.Found;
import dev.sandmill.sandbox.run.OutcomeClassifier.Verdict;

/// How one process of a run ended, a compiler or the program itself.
///
/// @param files that it left and the request asked for
/// @param cut whether the end of its output is missing because of the limit
/// @param over whether the container cannot go on, and must not be used again
/// @param clean whether the container may be reset for another run
record Stage(
        Verdict verdict, Usage usage, OutputCollector output, Found files, boolean cut, boolean over, boolean clean) {
    /// What shells add to a signal's number.
    private static final int SIGNALLED = 128;

    /// Of a program that was not started.
    ///
    /// @param usage of what ran instead
    static Stage notStarted(Verdict verdict, Usage usage) {
        return new Stage(
                verdict, usage, new OutputCollector(0, (stream, bytes) -> {}), Found.NOTHING, false, true, true);
    }

    Stage with(Found found) {
        String message = found.cutShort()
                ? (verdict.message() == null ? "" : verdict.message() + "; ") + "more than "
                        + ArtifactCollector.FILES_MAX + " files match outputs, the others are left out"
                : verdict.message();
        Verdict said = new Verdict(verdict.status(), verdict.exitCode(), verdict.signal(), message);
        return new Stage(said, usage, output, found, cut, over, clean);
    }

    /// The same, in a container that is not to be used any more.
    Stage last() {
        return new Stage(verdict, usage, output, files, cut, true, false);
    }

    /// Whether there is a workspace to look into.
    boolean leavesFiles() {
        return !over && verdict.status() != ProgramStatus.CANCELLED && verdict.status() != ProgramStatus.FAILED;
    }

    boolean ok() {
        return verdict.status() == ProgramStatus.OK;
    }

    boolean stdoutCut() {
        return cut && output.isFull(OutputCollector.Stream.STDOUT);
    }

    boolean stderrCut() {
        return cut && output.isFull(OutputCollector.Stream.STDERR);
    }

    /// As a compiler's end: what it answered with is an error of the program, a limit is that limit. The exit code is
    /// -1 where there was no process.
    CompileResult asCompile() {
        return new CompileResult(compileStatus(), exitCode(), output.stdout(), output.stderr(), cut, usage);
    }

    private int exitCode() {
        if (verdict.exitCode() != null) {
            return verdict.exitCode();
        }
        return verdict.signal() == null ? -1 : SIGNALLED + Signals.number(verdict.signal());
    }

    private ProgramStatus compileStatus() {
        return switch (verdict.status()) {
            case NONZERO_EXIT, SIGNAL, COMPILE_ERROR, REJECTED -> ProgramStatus.COMPILE_ERROR;
            case OK, CPU_LIMIT, WALL_LIMIT, MEMORY_LIMIT, OUTPUT_LIMIT, DISK_LIMIT, PIDS_LIMIT, CANCELLED, FAILED ->
                verdict.status();
        };
    }
}
