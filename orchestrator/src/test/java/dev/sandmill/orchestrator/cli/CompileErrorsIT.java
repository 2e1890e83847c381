package dev.sandmill.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.RunningService;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `./sandmill exec` says of a program that does not compile.
class CompileErrorsIT {
    @TempDir
    private Path home;

    @Test
    void theCompilersOwnWordsAreShown() throws Exception {
        try (RedisServer redis = RedisServer.start();
                RunningService service = RunningService.start(home, redis, Map.of("SANDMILL_ROLES", "api,execute"))) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> service.get("/readyz").status() == 200);
            for (String[] program : new String[][] {
                {"java", "class A { void f( { }", "illegal start of type"},
                {"c", "int main(void) { return nowhere; }", "undeclared (first use"}
            }) {
                try (RunningCommand exec =
                        new RunningCommand(service, home, "exec", "-l", program[0], "-c", program[1])) {
                    assertThat(exec.exitCode.join()).isEqualTo(1);
                    assertThat(exec.errors()).contains(program[2], "sandmill: compile_error");
                    assertThat(exec.out.toString(StandardCharsets.UTF_8)).isEmpty();
                }
            }
        }
    }
}
