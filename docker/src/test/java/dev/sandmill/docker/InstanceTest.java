package dev.sandmill.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an instance remembers of itself between two calls.
class InstanceTest {
    private static final String RUNNING_SERVICE = """
            ensure_instance_id
            RUNTIME_DIR=$STATE_DIR/app/one
            echo "$RUNTIME_DIR" >"$STATE_DIR/run/service.runtime"
            REDIS_URL=redis://:first-secret@h record_settings
            """;

    @TempDir
    Path state;

    @Test
    void theInstancesNameIsMadeOnceAndItsFolderIsPrivate() {
        Shell shell = new Shell(state);
        String first = shell.run("ensure_instance_id; cat \"$STATE_DIR/instance.id\"; stat -c ' %a' \"$STATE_DIR\"")
                .out();

        assertThat(first).matches("[0-9a-f]{12} 700");
        assertThat(shell.run("ensure_instance_id; cat \"$STATE_DIR/instance.id\"")
                        .out())
                .isEqualTo(first.substring(0, 12));
    }

    @Test
    void aServiceIsRestartedForAnotherProgramOrAnotherSettingOnly() {
        Shell.Result result = new Shell(state).run(RUNNING_SERVICE + """
                echo "unset: [$(reason_to_restart)]"
                echo "same: [$(REDIS_URL=redis://:first-secret@h reason_to_restart)]"
                echo "other: [$(REDIS_URL=redis://:second-secret@h reason_to_restart)]"
                echo "new: [$(EMBED_BATCH_SIZE=3 reason_to_restart)]"
                RUNTIME_DIR=$STATE_DIR/app/two
                echo "program: [$(reason_to_restart)]"
                """);

        assertThat(result.out()).isEqualTo("""
                unset: []
                same: []
                other: [REDIS_URL changed]
                new: [EMBED_BATCH_SIZE changed]
                program: [the program changed]""");
    }

    @Test
    void whatIsKeptOfTheSettingsHoldsNoSecret() throws IOException {
        assertThat(new Shell(state).run(RUNNING_SERVICE).exitCode()).isZero();

        assertThat(Files.readString(state.resolve("run/service.settings")))
                .matches("REDIS_URL [0-9a-f]{16}\n")
                .doesNotContain("secret");
    }

    @Test
    void theAddressIsTheOneSetElseTheRunningServicesElseTheDefault() {
        Shell shell = new Shell(state);
        String show = "find_address; echo \"$SANDMILL_BIND:$SANDMILL_PORT\"";
        String running = """
                mkdir -p "$STATE_DIR/run"
                echo "127.0.0.2 18081" >"$STATE_DIR/run/address"
                record_process "$STATE_DIR/run/service.process" $$
                """;

        assertThat(shell.run(show).out()).isEqualTo("127.0.0.1:8080");
        assertThat(shell.run(running + show).out()).isEqualTo("127.0.0.2:18081");
        assertThat(shell.run(Map.of("SANDMILL_PORT", "18082"), running + show).out())
                .isEqualTo("127.0.0.2:18082");
        // That process has ended by now.
        assertThat(shell.run(show).out()).isEqualTo("127.0.0.1:8080");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,http://127.0.0.1:8080",
        "0.0.0.0,http://127.0.0.1:8080",
        "::,http://[::1]:8080",
        "10.0.0.5,http://10.0.0.5:8080"
    })
    void aServiceThatListensEverywhereIsReachedOnTheLoopback(String bind, String url) {
        assertThat(new Shell(state)
                        .run(Map.of("SANDMILL_BIND", bind), "find_address; service_url")
                        .out())
                .isEqualTo(url);
    }

    @Test
    void theServicesOwnWordIsShownWhenItStops() throws IOException {
        Shell shell = new Shell(state);
        Files.writeString(state.resolve("sandmill.log"), """
                sandmill: an old complaint
                {"level":"INFO","message":"starting"}
                {"message":"can not \\"bind\\"\\nat x","level":"ERROR"}
                """);
        assertThat(shell.run("LOG_START=27; service_complaint").out()).isEqualTo("can not \"bind\"");
        Files.writeString(
                state.resolve("sandmill.log"), "{\"level\":\"ERROR\",\"message\":\"x\"}\nsandmill: EMBEDDER is 'y'\n");
        assertThat(shell.run("service_complaint").out()).isEqualTo("EMBEDDER is 'y'");
    }

    @ParameterizedTest
    @CsvSource({"'',yes", "'execute',yes", "'api, execute',yes", "'api,index',no", "'executes',no"})
    void onlyTheRoleExecuteNeedsDocker(String roles, String expected) {
        assertThat(new Shell(state)
                        .run(Map.of("SANDMILL_ROLES", roles), "if runs_programs; then echo yes; else echo no; fi")
                        .out())
                .isEqualTo(expected);
    }
}
