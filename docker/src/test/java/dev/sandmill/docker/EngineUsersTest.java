package dev.sandmill.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who keeps a Docker engine that we started alive. A sleeping process stands for the engine.
class EngineUsersTest {
    private static final String STARTED_BY_US = """
            mkdir -p "$SHARED_DIR"
            start_daemon "$SHARED_DIR/engine.process" "$STATE_DIR/engine.log" sleep 63
            echo process >"$SHARED_DIR/engine.started"
            engine_lives() { if is_running "$SHARED_DIR/engine.process"; then echo "$1: lives"; else echo "$1: stopped"; fi; }
            """;

    @TempDir
    Path state;

    @Test
    void theEngineStaysAsLongAsALivingProcessUsesItAndEndsWithTheLast() {
        Shell.Result result = new Shell(state).run(STARTED_BY_US + """
                sleep 63 & other=$!
                register_engine_user other "$other"
                register_engine_user "launcher-$$" $$
                stop_engine_if_last
                engine_lives "with another user"
                kill "$other"; wait "$other" || true
                stop_engine_if_last
                engine_lives "without"
                """);

        assertThat(result.out()).isEqualTo("with another user: lives\nwithout: stopped");
    }

    @Test
    void anEngineThatWasRunningBeforeIsNeverStopped() {
        Shell.Result result = new Shell(state).run(STARTED_BY_US + """
                rm "$SHARED_DIR/engine.started"
                stop_engine_if_last
                engine_lives "not ours"
                stop_recorded "$SHARED_DIR/engine.process" 5 "the stand-in"
                """);

        assertThat(result.out()).isEqualTo("not ours: lives");
    }

    @Test
    void usersThatDiedAreForgotten() {
        Shell.Result result = new Shell(state).run("""
                sleep 63 & gone=$!
                register_engine_user gone "$gone"
                kill "$gone"; wait "$gone" || true
                register_engine_user "launcher-$$" $$
                [[ -e $SHARED_DIR/engine.users/gone ]] || echo forgotten
                """);

        assertThat(result.out()).isEqualTo("forgotten");
    }
}
