package dev.sandmill.sandbox.run;

import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.sandbox.wire.Frame;
import org.jspecify.annotations.Nullable;

/// Says why a program ended, from what the kernel counted and what init did. What init did on purpose comes first;
/// then a kill for memory, even of a child whose parent went on to exit with 0; then the program's own end.
///
/// The process limit kills nobody: it refuses, and the program makes of it what it likes. So `PIDS_LIMIT` takes two
/// witnesses: the kernel refused forks or threads during this run, and the program, ending by itself with a failure or
/// with processes that it left, gave just that as its reason. With one of them alone it is an ordinary end, and
/// refusals are mentioned. One that ended
/// well, but left processes which then went on until the kernel refused more, was stopped by init for it.
/// `DISK_LIMIT` is the signal that the kernel sends for a file above the limit, and nothing else: of a file system
/// that is full, or of a write refused with `EFBIG`, no count is kept that a program could not have caused and
/// survived.
final class OutcomeClassifier {

    /// @param exitCode null where the program did not exit by itself
    record Verdict(
            ProgramStatus status,
            @Nullable Integer exitCode,
            @Nullable String signal,
            @Nullable String message) {}

    private OutcomeClassifier() {}

    /// @param stderr what the program said
    static Verdict classify(Frame.Exit exit, Limits limits, byte[] stderr) {
        return switch (exit.limit()) {
            case CANCEL -> of(ProgramStatus.CANCELLED, exit, "cancelled while it ran");
            case WALL -> of(ProgramStatus.WALL_LIMIT, exit, wall(limits));
            case CPU -> of(ProgramStatus.CPU_LIMIT, exit, cpu(limits));
            case OUTPUT -> of(ProgramStatus.OUTPUT_LIMIT, exit, output(limits));
            case MEMORY -> of(ProgramStatus.MEMORY_LIMIT, exit, memory(limits));
            case PIDS ->
                of(
                        ProgramStatus.PIDS_LIMIT,
                        exit,
                        exit.kind() == Frame.ExitKind.EXITED ? left(limits) : reached(limits));
            case NONE -> ownEnd(exit, limits, stderr);
        };
    }

    private static Verdict ownEnd(Frame.Exit exit, Limits limits, byte[] stderr) {
        if (exit.oomKills() > 0) {
            return of(ProgramStatus.MEMORY_LIMIT, exit, memory(limits));
        }
        String refused = exit.pidsRefused() == 0
                ? null
                : "the process limit refused " + exit.pidsRefused() + " forks or threads";
        boolean failed = switch (exit.kind()) {
            case SIGNALLED -> true;
            case EXITED, RETURNED -> exit.code() != 0;
            case NOT_EXECUTED, LOST -> false;
        };
        if ((failed || exit.leftovers()) && exit.pidsRefused() > 0 && RefusedFork.isToldBy(stderr)) {
            return of(ProgramStatus.PIDS_LIMIT, exit, pids(limits));
        }
        return switch (exit.kind()) {
            case SIGNALLED ->
                switch (exit.code()) {
                    case Signals.SIGXFSZ -> of(ProgramStatus.DISK_LIMIT, exit, disk(limits));
                    default -> of(ProgramStatus.SIGNAL, exit, refused);
                };
            case EXITED, RETURNED ->
                of(exit.code() == 0 ? ProgramStatus.OK : ProgramStatus.NONZERO_EXIT, exit, refused);
            case NOT_EXECUTED ->
                of(ProgramStatus.FAILED, exit, "the program could not be executed: errno " + exit.code());
            case LOST -> of(ProgramStatus.FAILED, exit, "the warm interpreter ended unexpectedly");
        };
    }

    static String wall(Limits limits) {
        return "ran for " + limits.wallMillis() + " ms, its limit (wallMillis)";
    }

    static String memory(Limits limits) {
        return "needed more than " + limits.memoryBytes() + " bytes of memory, its limit (memoryBytes)";
    }

    private static String cpu(Limits limits) {
        return "used " + limits.cpuMillis() + " ms of processor time, its limit (cpuMillis)";
    }

    private static String output(Limits limits) {
        return "printed more than " + limits.outputBytes() + " bytes to one stream, its limit (outputBytes)";
    }

    private static String disk(Limits limits) {
        return "wrote a file larger than " + limits.diskBytes() + " bytes, its limit (diskBytes)";
    }

    private static String pids(Limits limits) {
        return "was refused a process or thread above " + limits.pids() + ", its limit (pids)";
    }

    private static String reached(Limits limits) {
        return "had more processes and threads than " + limits.pids() + ", its limit (pids)";
    }

    private static String left(Limits limits) {
        return "left processes that went on to start others, more than " + limits.pids() + ", its limit (pids)";
    }

    private static Verdict of(ProgramStatus status, Frame.Exit exit, @Nullable String message) {
        return switch (exit.kind()) {
            case EXITED, RETURNED -> new Verdict(status, exit.code(), null, message);
            case SIGNALLED -> new Verdict(status, null, Signals.name(exit.code()), message);
            case NOT_EXECUTED, LOST -> new Verdict(status, null, null, message);
        };
    }
}
