package dev.sandmill.sandbox.wire;

import java.util.List;
import java.util.Set;

/// One message between host and init. Byte arrays are handed over, not copied.
public sealed interface Frame {

    /// What the host says.
    sealed interface FromHost extends Frame {}

    /// What init says.
    sealed interface FromInit extends Frame {}

    /// The first frame of a container.
    ///
    /// @param nonce 16 bytes that `Ready` has to repeat
    /// @param firstUid of the container's first run; each next one has the number after it
    /// @param warmCommand starts what is warm; empty for `NONE`
    /// @param serverCommand starts what serves the compile steps of all runs, under `firstUid`; empty for nothing
    record Hello(
            int version,
            byte[] nonce,
            int firstUid,
            Warmth warmth,
            List<String> warmCommand,
            List<String> environment,
            List<String> serverCommand)
            implements FromHost {
        public Hello {
            warmCommand = List.copyOf(warmCommand);
            environment = List.copyOf(environment);
            serverCommand = List.copyOf(serverCommand);
        }
    }

    /// What [Run] asks for besides its command, by the bits' numbers.
    enum RunFlag {
        /// What is warm becomes the program, instead of executing its command; with `KEEPS`, the command has
        /// a connection to the server.
        WARM,
        /// It finds the workspace as the run before left it, and has its uid.
        CONTINUES,
        /// The program is the driver of a session, which goes on after its calls.
        SESSION,
        /// The process started ahead stays, for the run that continues this one.
        KEEPS,
        /// Init resets the container by itself after an ordinary end, [Exit#ordinary()].
        RESETS,
        /// The workspace that it finds is kept.
        SAVES,
        /// It finds the workspace that was kept, and nothing else of the runs since.
        RESTORES
    }

    /// Opens a run and makes its workspace.
    ///
    /// @param outputBytes of each of the two streams
    /// @param environment `NAME=value` each
    record Run(
            Set<RunFlag> flags,
            long wallMicros,
            long cpuMicros,
            long outputBytes,
            List<String> command,
            List<String> environment)
            implements FromHost {
        public Run {
            flags = Set.copyOf(flags);
            command = List.copyOf(command);
            environment = List.copyOf(environment);
        }
    }

    /// A file of the run's workspace, or with `append` more of the one before. Between the calls of a session it takes
    /// the place of what has its name.
    record File(String path, boolean executable, boolean append, byte[] bytes) implements FromHost {}

    record Start() implements FromHost {}

    /// Input for the program. At most [FrameCodec#STDIN_WINDOW_BYTES] may be without a [StdinTaken].
    record Stdin(byte[] bytes) implements FromHost {}

    record StdinEnd() implements FromHost {}

    record Cancel() implements FromHost {}

    record Reset() implements FromHost {}

    record Shutdown() implements FromHost {}

    /// Asks for files that the run left.
    ///
    /// @param filesMax how many may be named
    /// @param fileBytesMax of one file
    /// @param bytesMax of all files together
    record Collect(int filesMax, long fileBytesMax, long bytesMax, List<String> globs) implements FromHost {
        public Collect {
            globs = List.copyOf(globs);
        }
    }

    /// Opens the next call of a session; [Code] and [Start] follow.
    record Call(long wallMicros, long cpuMicros, long outputBytes) implements FromHost {}

    /// Source of the call, in order.
    record Code(byte[] bytes) implements FromHost {}

    /// Asks for one file, answered as [Collect] is.
    record Fetch(long bytesMax, String path) implements FromHost {}

    /// @param warm whether a warm interpreter is up
    record Ready(int version, byte[] nonce, int cgroupVersion, boolean warm) implements FromInit {}

    record Started() implements FromInit {}

    record Stdout(byte[] bytes) implements FromInit {}

    record Stderr(byte[] bytes) implements FromInit {}

    record StdinTaken(int bytes) implements FromInit {}

    /// The program's end.
    ///
    /// @param code exit code, signal number or errno, as `kind` says
    /// @param leftovers whether other processes of the run had to be killed
    /// @param oomKills processes that the kernel killed for memory during the run
    /// @param pidsRefused forks that the kernel refused because of the limit
    record Exit(
            ExitKind kind,
            int code,
            LimitHit limit,
            boolean leftovers,
            long wallMicros,
            long cpuMicros,
            long peakMemoryBytes,
            int peakPids,
            int oomKills,
            int pidsRefused)
            implements FromInit {

        /// Ended by itself or by a signal, within its limits, with nothing of it to kill: what ran may be reset.
        public boolean ordinary() {
            boolean ended = kind == ExitKind.EXITED || kind == ExitKind.SIGNALLED;
            return ended && limit == LimitHit.NONE && !leftovers && oomKills == 0;
        }
    }

    record ResetDone() implements FromInit {}

    record ResetFailed(String reason) implements FromInit {}

    record Refused(String reason) implements FromInit {}

    /// A file that was asked for.
    ///
    /// @param path the name's own bytes, which need not be text
    /// @param error what is wrong with it; empty where its content follows
    record ArtifactFound(long sizeBytes, byte[] path, String error) implements FromInit {}

    record ArtifactData(byte[] bytes) implements FromInit {}

    /// @param cutShort whether there were more files than asked for
    record Collected(boolean cutShort) implements FromInit {}

    /// What waits for programs.
    enum Warmth {
        NONE,
        /// An interpreter that forks a child for each.
        FORKED,
        /// A process for one program, the next one started when that one is over.
        AHEAD
    }

    enum ExitKind {
        EXITED,
        SIGNALLED,
        NOT_EXECUTED,
        LOST,
        /// A call ended with the code, and its session goes on.
        RETURNED
    }

    enum LimitHit {
        NONE,
        WALL,
        CPU,
        OUTPUT,
        CANCEL,
        MEMORY,
        /// What the program left went on to start processes after its end.
        PIDS
    }
}
