package dev.sandmill.sandbox.run;

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

    static Verdict classify(Frame.Exit exit) {
        return switch (exit.limit()) {
            case CANCEL -> of(ProgramStatus.CANCELLED, exit, "cancelled while it ran");
            case WALL -> of(ProgramStatus.WALL_LIMIT, exit, null);
            case CPU -> of(ProgramStatus.CPU_LIMIT, exit, null);
            case OUTPUT -> of(ProgramStatus.OUTPUT_LIMIT, exit, null);
            case NONE -> ownEnd(exit);
        };
    }

    private static Verdict ownEnd(Frame.Exit exit) {
        if (exit.oomKills() > 0) {
            return of(ProgramStatus.MEMORY_LIMIT, exit, null);
        }
        String refused = exit.pidsRefused() == 0
                ? null
                : "the process limit refused " + exit.pidsRefused() + " forks or threads";
        return switch (exit.kind()) {
            case SIGNALLED ->
                switch (exit.code()) {
                    case Signals.SIGXCPU -> of(ProgramStatus.CPU_LIMIT, exit, null);
                    case Signals.SIGXFSZ -> of(ProgramStatus.DISK_LIMIT, exit, null);
                    default -> of(ProgramStatus.SIGNAL, exit, refused);
                };
            case EXITED -> of(exit.code() == 0 ? ProgramStatus.OK : ProgramStatus.NONZERO_EXIT, exit, refused);
            case NOT_EXECUTED ->
                of(ProgramStatus.FAILED, exit, "the program could not be executed: errno " + exit.code());
            case LOST -> of(ProgramStatus.FAILED, exit, "the warm interpreter ended unexpectedly");
        };
    }

    private static Verdict of(ProgramStatus status, Frame.Exit exit, @Nullable String message) {
        return switch (exit.kind()) {
            case EXITED -> new Verdict(status, exit.code(), null, message);
            case SIGNALLED -> new Verdict(status, null, Signals.name(exit.code()), message);
            case NOT_EXECUTED, LOST -> new Verdict(status, null, null, message);
        };
    }
}
