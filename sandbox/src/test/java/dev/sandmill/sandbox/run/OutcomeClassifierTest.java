package dev.sandmill.sandbox.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.sandbox.wire.Frame;
import dev.sandmill.sandbox.wire.Frame.ExitKind;
import dev.sandmill.sandbox.wire.Frame.LimitHit;
import org.jspecify.annotations.Nullable;
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
        OutcomeClassifier.Verdict verdict = OutcomeClassifier.classify(exit, Limits.DEFAULT);
        assertThat(verdict.status()).isEqualTo(status);
        assertThat(verdict.exitCode()).isEqualTo(exitCode);
        assertThat(verdict.signal()).isEqualTo(signal);
    }

    @ParameterizedTest
    @CsvSource({"0, false", "7, true"})
    void refusedForksAreMentionedAndNotBlamed(int refused, boolean mentioned) {
        Frame.Exit exit = new Frame.Exit(ExitKind.EXITED, 1, LimitHit.NONE, false, 1, 1, 1, 1, 0, refused);
        OutcomeClassifier.Verdict verdict = OutcomeClassifier.classify(exit, Limits.DEFAULT);
        assertThat(verdict.status()).isEqualTo(ProgramStatus.NONZERO_EXIT);
        assertThat(verdict.message() != null).isEqualTo(mentioned);
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
        assertThat(OutcomeClassifier.classify(exit, new Limits(101, 102, 103, 104, 105, 106))
                        .message())
                .contains(value)
                .contains("its limit");
    }
}
