package dev.sandmill.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepTest {
    @TempDir
    Path state;

    @Test
    void aStepsOutputGoesToItsLogOnly() throws IOException {
        Shell.Result result = new Shell(state).run("run_step 'Doing it' \"$STATE_DIR/logs/a.log\" echo chatter");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("Doing it").doesNotContain("chatter");
        assertThat(Files.readString(state.resolve("logs/a.log"))).isEqualTo("chatter\n");
    }

    @Test
    void aFailedStepShowsItsLastLinesAndKeepsItsExitCode() {
        Shell.Result result = new Shell(state).run("""
                broken() { seq 1 30; return 7; }
                run_step 'Doing it' "$STATE_DIR/logs/a.log" broken
                """);

        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(result.err())
                .contains("\n30\n", "Doing it: failed (exit 7)", "logs/a.log")
                .doesNotContain("\n10\n");
    }

    @Test
    void anEndedLauncherEndsItsStepWithAllItsChildren() throws Exception {
        Process launcher = new Shell(state).start(Map.of(), """
                trap 'end_current_step; exit 143' TERM
                working() { sleep 61 & echo $! >"$STATE_DIR/child.new"; mv "$STATE_DIR/child.new" "$STATE_DIR/child"; wait; }
                run_step 'Working' "$STATE_DIR/logs/a.log" working
                """);
        Path child = state.resolve("child");
        while (!Files.exists(child)) {
            assertThat(launcher.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        ProcessHandle sleeper = ProcessHandle.of(
                        Long.parseLong(Files.readString(child).strip()))
                .orElseThrow();
        launcher.destroy();

        assertThat(launcher.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(launcher.exitValue()).isEqualTo(143);
        sleeper.onExit().get(20, TimeUnit.SECONDS);
    }

    @Test
    void aLockEndsWithItsHolderHoweverThatDies() throws Exception {
        Shell shell = new Shell(state);
        Process holder = shell.start(Map.of(), "hold_lock instance unseen; touch \"$STATE_DIR/held\"; exec sleep 62");
        while (!Files.exists(state.resolve("held"))) {
            assertThat(holder.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        Process waiting = shell.start(Map.of(), "hold_lock instance 'somebody is at work'; echo mine");
        String note = waiting.errorReader().readLine();
        assertThat(waiting.isAlive()).isTrue();
        holder.destroyForcibly();

        assertThat(note).contains("somebody is at work");
        assertThat(waiting.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(waiting.inputReader().readLine()).isEqualTo("mine");
    }
}
