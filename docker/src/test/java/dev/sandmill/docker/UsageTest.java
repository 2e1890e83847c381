package dev.sandmill.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
    @TempDir
    Path state;

    @ParameterizedTest
    @ValueSource(strings = {"help", "--help", "-h"})
    void helpNamesEveryCommand(String command) {
        Shell.Result result = new Shell(state).launcher(Map.of(), command);

        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .contains("up [--no-demo]", "status", "logs", "down", "test", "exec", "index", "search", "bench");
    }

    @Test
    void noCommandIsAUsageErrorThatShowsTheCommands() {
        Shell.Result result = new Shell(state).launcher(Map.of());

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("usage: ./sandmill");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"frobnicate", "up --demo", "down now", "status -v", "test sandbox", "logs -n", "logs -n many"})
    void whatIsUnknownIsOneLineAndExitCode2(String line) {
        Shell.Result result = new Shell(state).launcher(Map.of(), line.split(" "));

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("sandmill: ").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec -c 1", "index .", "search x", "bench"})
    void commandsThatNeedTheServiceSayHowToStartIt(String line) {
        Shell.Result result = new Shell(state).launcher(Map.of(), line.split(" "));

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("run ./sandmill up first").hasLineCount(1);
    }

    @Test
    void aBadPortIsToldBeforeAnythingIsStarted() {
        Shell.Result result = new Shell(state).launcher(Map.of("SANDMILL_PORT", "http"), "up");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("sandmill: SANDMILL_PORT is 'http'; it has to be a number from 1 to 65535");
        assertThat(state.resolve("redis")).doesNotExist();
    }

    @Test
    void thereIsNothingColouredOffATerminal() {
        Shell.Result result = new Shell(state).launcher(Map.of("TERM", "xterm-256color"), "frobnicate");

        assertThat(result.err()).doesNotContain("\u001b");
    }

    @Test
    void downWithNothingRunningIsNoError() {
        assertThat(new Shell(state).launcher(Map.of(), "down").exitCode()).isZero();
    }
}
