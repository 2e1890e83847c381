package dev.sandmill.sandbox.run;

import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.sandbox.wire.Frame;
import org.jspecify.annotations.Nullable;

/// Says why a program ended, from what the kernel counted and what init did. What init did on purpose comes first;
/// then a kill for memory, even of a child whose parent went on to exit with 0; then the program's own end.
final class OutcomeClassifier {

    /// @param exitCode null where the program did not exit by itself
    record Verdict(
            ProgramStatus status,
            @Nullable Integer exitCode,
            @Nullable String signal,
            @Nullable String message) {}

    private OutcomeClassifier() {}

    static Verdict classify(Frame.Exit exit, Limits limits) {
        return switch (exit.limit()) {
            case CANCEL -> of(ProgramStatus.CANCELLED, exit, "cancelled while it ran");
            case WALL -> of(ProgramStatus.WALL_LIMIT, exit, wall(limits));
            case CPU -> of(ProgramStatus.CPU_LIMIT, exit, cpu(limits));
            case OUTPUT -> of(ProgramStatus.OUTPUT_LIMIT, exit, output(limits));
            case NONE -> ownEnd(exit, limits);
        };
    }

    private static Verdict ownEnd(Frame.Exit exit, Limits limits) {
        if (exit.oomKills() > 0) {
            return of(ProgramStatus.MEMORY_LIMIT, exit, memory(limits));
        }
        String refused = exit.pidsRefused() == 0
                ? null
                : "the process limit refused " + exit.pidsRefused() + " forks or threads";
        return switch (exit.kind()) {
            case SIGNALLED ->
                switch (exit.code()) {
                    case Signals.SIGXFSZ -> of(ProgramStatus.DISK_LIMIT, exit, disk(limits));
                    default -> of(ProgramStatus.SIGNAL, exit, refused);
                };
            case EXITED -> of(exit.code() == 0 ? ProgramStatus.OK : ProgramStatus.NONZERO_EXIT, exit, refused);
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

    private static Verdict of(ProgramStatus status, Frame.Exit exit, @Nullable String message) {
        return switch (exit.kind()) {
            case EXITED -> new Verdict(status, exit.code(), null, message);
            case SIGNALLED -> new Verdict(status, null, Signals.name(exit.code()), message);
            case NOT_EXECUTED, LOST -> new Verdict(status, null, null, message);
        };
    }
}
