package dev.sandmill.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessRecordTest {
    @TempDir
    Path state;

    @Test
    void aRecordedProcessIsFoundAsLongAsItLives() {
        Shell.Result result = new Shell(state).run("""
                sleep 60 & child=$!
                record_process "$STATE_DIR/record" "$child"
                [[ $(recorded_pid "$STATE_DIR/record") == "$child" ]] && echo alive
                kill "$child"; wait "$child" || true
                is_running "$STATE_DIR/record" || echo ended
                """);

        assertThat(result.out()).isEqualTo("alive\nended");
    }

    @Test
    void aNumberThatNowBelongsToAnotherProcessIsNeitherOursNorKilled() {
        Shell.Result result = new Shell(state).run("""
                sleep 60 & stranger=$!
                read -r pid start boot < <(process_identity "$stranger")
                echo "$pid $((start - 1)) $boot" >"$STATE_DIR/earlier"
                echo "$pid $start another-boot" >"$STATE_DIR/rebooted"
                for record in earlier rebooted; do
                  is_running "$STATE_DIR/$record" || echo "not ours: $record"
                  stop_recorded "$STATE_DIR/$record" 1 "a stranger"
                done
                kill -0 "$stranger" && echo "stranger lives"
                kill "$stranger"
                """);

        assertThat(result.out()).isEqualTo("not ours: earlier\nnot ours: rebooted\nstranger lives");
    }

    @Test
    void aProcessThatEndedButWasNotReapedIsNotRunning() {
        Shell.Result result = new Shell(state).run("""
                # exec leaves a parent that never waits for its child.
                bash -c 'sleep 0.5 & echo $!; exec sleep 60' >"$STATE_DIR/pid" & parent=$!
                until [[ -s $STATE_DIR/pid ]]; do sleep 0.01; done
                pid=$(cat "$STATE_DIR/pid")
                until [[ $(sed 's/.*) //' "/proc/$pid/stat") == Z* ]]; do sleep 0.01; done
                process_identity "$pid" || echo "not running"
                kill "$parent"
                """);

        assertThat(result.out()).isEqualTo("not running");
    }

    @Test
    void namesThatAreNoNumbersAreNoProcesses() {
        Shell.Result result = new Shell(state).run("""
                for name in '' 0 -1 abc ../1 '1 2'; do process_identity "$name" || echo none; done
                """);

        assertThat(result.out()).isEqualTo("none\nnone\nnone\nnone\nnone\nnone");
    }

    @Test
    void aProcessThatDoesNotEndWhenAskedIsKilledAfterThePatience() {
        Shell.Result result = new Shell(state).run("""
                start_daemon "$STATE_DIR/record" "$STATE_DIR/log" bash -c 'trap "" TERM; echo ready; while :; do sleep 0.1; done'
                until grep -q ready "$STATE_DIR/log"; do sleep 0.01; done
                pid=$(recorded_pid "$STATE_DIR/record")
                stop_recorded "$STATE_DIR/record" 1 "the deaf one"
                process_identity "$pid" || echo gone
                [[ -e $STATE_DIR/record ]] || echo forgotten
                """);

        assertThat(result.out()).isEqualTo("gone\nforgotten");
        assertThat(result.err()).contains("did not end in 1 s; killing it");
    }

    @Test
    void aDaemonKeepsNoLockOfItsLauncher() {
        Shell shell = new Shell(state);
        Shell.Result started = shell.run("""
                hold_lock instance "never shown"
                start_daemon "$STATE_DIR/record" "$STATE_DIR/log" sleep 60
                """);
        Shell.Result next = shell.run("""
                hold_lock instance "still held"
                is_running "$STATE_DIR/record" && echo "daemon lives"
                stop_recorded "$STATE_DIR/record" 5 "the daemon"
                """);

        assertThat(started.exitCode()).isZero();
        assertThat(next.out()).isEqualTo("daemon lives");
        assertThat(next.err()).doesNotContain("still held");
    }

    @Test
    void aCommandThatCannotStartIsReportedWithItsReason() {
        Shell.Result result =
                new Shell(state).run("start_daemon \"$STATE_DIR/record\" \"$STATE_DIR/log\" /no/such/program");

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.err()).contains("could not start /no/such/program").contains("no such program");
    }
}
