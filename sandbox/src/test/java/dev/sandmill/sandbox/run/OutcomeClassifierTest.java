package dev.sandmill.sandbox.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.sandbox.wire.Frame;
import dev.sandmill.sandbox.wire.Frame.ExitKind;
import dev.sandmill.sandbox.wire.Frame.LimitHit;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeClassifierTest {

    @ParameterizedTest
    @CsvSource({
        "EXITED,        0, NONE,   0, OK,           0,",
        "EXITED,        3, NONE,   0, NONZERO_EXIT, 3,",
        "EXITED,      137, NONE,   0, NONZERO_EXIT, 137,",
        "SIGNALLED,    11, NONE,   0, SIGNAL,       , SIGSEGV",
        "SIGNALLED,     9, NONE,   0, SIGNAL,       , SIGKILL",
        "SIGNALLED,    24, NONE,   0, SIGNAL,       , SIGXCPU",
        "SIGNALLED,    25, NONE,   0, DISK_LIMIT,   , SIGXFSZ",
        "SIGNALLED,    40, NONE,   0, SIGNAL,       , SIG40",
        "SIGNALLED,     9, NONE,   1, MEMORY_LIMIT, , SIGKILL",
        "EXITED,        0, NONE,   1, MEMORY_LIMIT, 0,",
        "EXITED,        1, NONE,   2, MEMORY_LIMIT, 1,",
        "SIGNALLED,     9, WALL,   0, WALL_LIMIT,   , SIGKILL",
        "SIGNALLED,     9, CPU,    0, CPU_LIMIT,    , SIGKILL",
        "SIGNALLED,     9, OUTPUT, 0, OUTPUT_LIMIT, , SIGKILL",
        "EXITED,        0, OUTPUT, 0, OUTPUT_LIMIT, 0,",
        "SIGNALLED,     9, CANCEL, 0, CANCELLED,    , SIGKILL",
        "SIGNALLED,     9, CANCEL, 1, CANCELLED,    , SIGKILL",
        "SIGNALLED,     9, WALL,   1, WALL_LIMIT,   , SIGKILL",
        "EXITED,        0, PIDS,   0, PIDS_LIMIT,   0,",
        "SIGNALLED,     9, PIDS,   0, PIDS_LIMIT,   , SIGKILL",
        "NOT_EXECUTED,  2, NONE,   0, FAILED,       ,",
        "LOST,          9, NONE,   0, FAILED,       ,",
        "LOST,          9, NONE,   1, MEMORY_LIMIT, ,",
    })
    void theCauseIsTheFirstThatExplainsTheEnd(
            ExitKind kind,
            int code,
            LimitHit limit,
            int oomKills,
            ProgramStatus status,
            @Nullable Integer exitCode,
            @Nullable String signal) {
        Frame.Exit exit = new Frame.Exit(kind, code, limit, false, 1, 1, 1, 1, oomKills, 0);
        OutcomeClassifier.Verdict verdict = OutcomeClassifier.classify(exit, Limits.DEFAULT, new byte[0]);
        assertThat(verdict.status()).isEqualTo(status);
        assertThat(verdict.exitCode()).isEqualTo(exitCode);
        assertThat(verdict.signal()).isEqualTo(signal);
    }

    @ParameterizedTest
    @CsvSource({"EXITED, left processes", "SIGNALLED, had more processes"})
    void theProcessLimitSaysWhoCountedAndWhen(ExitKind kind, String told) {
        Frame.Exit exit = new Frame.Exit(kind, 0, LimitHit.PIDS, true, 1, 1, 1, 1, 0, 0);
        assertThat(OutcomeClassifier.classify(exit, Limits.DEFAULT, new byte[0]).message())
                .startsWith(told);
    }

    @ParameterizedTest
    @CsvSource({"0, false", "7, true"})
    void refusedForksAreMentionedAndNotBlamed(int refused, boolean mentioned) {
        Frame.Exit exit = new Frame.Exit(ExitKind.EXITED, 1, LimitHit.NONE, false, 1, 1, 1, 1, 0, refused);
        OutcomeClassifier.Verdict verdict = OutcomeClassifier.classify(exit, Limits.DEFAULT, new byte[0]);
        assertThat(verdict.status()).isEqualTo(ProgramStatus.NONZERO_EXIT);
        assertThat(verdict.message() != null).isEqualTo(mentioned);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            EXITED    | 1 | 7 | BlockingIOError: [Errno 11] Resource temporarily unavailable       | PIDS_LIMIT
            EXITED    | 1 | 1 | RuntimeError: can't start new thread                               | PIDS_LIMIT
            EXITED    | 1 | 1 | OutOfMemoryError: unable to create native thread: possibly out of… | PIDS_LIMIT
            EXITED    | 1 | 1 | Error: spawn /bin/true EAGAIN                                      | PIDS_LIMIT
            SIGNALLED | 6 | 1 | failed to create new OS thread (have 9 already; errno=11)          | PIDS_LIMIT
            EXITED    | 1 | 0 | BlockingIOError: [Errno 11] Resource temporarily unavailable       | NONZERO_EXIT
            EXITED    | 1 | 7 | ZeroDivisionError: division by zero                                | NONZERO_EXIT
            EXITED    | 0 | 7 | BlockingIOError: [Errno 11] Resource temporarily unavailable       | OK
            SIGNALLED | 11| 7 | nothing of it                                                      | SIGNAL
            """)
    void theProcessLimitNeedsTheKernelsCountAndTheProgramsOwnWords(
            ExitKind kind, int code, int refused, String stderr, ProgramStatus status) {
        Frame.Exit exit = new Frame.Exit(kind, code, LimitHit.NONE, false, 1, 1, 1, 1, 0, refused);
        OutcomeClassifier.Verdict verdict =
                OutcomeClassifier.classify(exit, Limits.DEFAULT, stderr.getBytes(StandardCharsets.UTF_8));
        assertThat(verdict.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"true, 7, PIDS_LIMIT", "false, 7, OK", "true, 0, OK"})
    void aProgramThatEndedWellIsBlamedForWhatItLeft(boolean leftovers, int refused, ProgramStatus status) {
        Frame.Exit exit = new Frame.Exit(ExitKind.EXITED, 0, LimitHit.NONE, leftovers, 1, 1, 1, 1, 0, refused);
        byte[] stderr = "main.sh: fork: retry: Resource temporarily unavailable\n".getBytes(StandardCharsets.UTF_8);
        assertThat(OutcomeClassifier.classify(exit, Limits.DEFAULT, stderr).status())
                .isEqualTo(status);
    }

    @Test
    void whatWasSaidLongBeforeTheEndIsNoReasonForIt() {
        Frame.Exit exit = new Frame.Exit(ExitKind.EXITED, 1, LimitHit.NONE, false, 1, 1, 1, 1, 0, 7);
        byte[] stderr =
                ("fork: Resource temporarily unavailable\n" + "x".repeat(5000)).getBytes(StandardCharsets.UTF_8);
        assertThat(OutcomeClassifier.classify(exit, Limits.DEFAULT, stderr).status())
                .isEqualTo(ProgramStatus.NONZERO_EXIT);
    }

    @ParameterizedTest
    @CsvSource({
        "SIGNALLED, 9,  WALL,   0, 101",
        "SIGNALLED, 9,  CPU,    0, 102",
        "SIGNALLED, 9,  NONE,   1, 103",
        "SIGNALLED, 9,  OUTPUT, 0, 105",
        "SIGNALLED, 25, NONE,   0, 106",
    })
    void aLimitIsNamedWithItsValue(ExitKind kind, int code, LimitHit limit, int oomKills, String value) {
        Frame.Exit exit = new Frame.Exit(kind, code, limit, false, 1, 1, 1, 1, oomKills, 0);
        assertThat(OutcomeClassifier.classify(exit, new Limits(101, 102, 103, 104, 105, 106), new byte[0])
                        .message())
                .contains(value)
                .contains("its limit");
    }
}
