package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Content;
import dev.sandmill.api.Executed;
import dev.sandmill.api.SourceFile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Programs that a waiting process becomes see what they would see without one.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StartedAheadIT {
    /// Any variable with such a name has programs executed instead.
    private static final Map<String, String> COLD = Map.of("UV_COLD", "1");

    private Sandbox sandbox;

    @BeforeAll
    void open() {
        sandbox = Sandbox.open(RealSandbox.config(1, 0), new RealSandbox.MemoryResults());
    }

    @AfterAll
    void close() {
        sandbox.close();
    }

    private Executed run(Programs program) {
        return RealSandbox.answered(sandbox, program.request(), "ada");
    }

    private static Programs program(String language, String file, String source) {
        return Programs.of(language, source).withFiles(List.of(new SourceFile(file, Content.utf8(source))));
    }

    private static Programs java(String source) {
        return program("java", "Main.java", source);
    }

    @Test
    void aWaitingProcessHasNoRightsAndNothingOpen() {
        Programs program = java("""
                import java.nio.file.*;
                class Main { public static void main(String[] a) throws Exception {
                    try (var tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
                        for (Path task : tasks) for (String line : Files.readAllLines(task.resolve("status")))
                            if (line.matches("(Cap|Uid|Gid|Groups|NoNewPrivs).*")) System.out.println(line);
                    }
                    for (int fd = 3; fd < 200; fd++) {
                        Path link = Path.of("/proc/self/fd/" + fd);
                        if (Files.isSymbolicLink(link)) System.out.println("open " + Files.readSymbolicLink(link));
                    }
                } }
                """);
        Executed executed = run(program);
        assertThat(executed.stderr().text()).isEmpty();
        assertThat(executed.stdout().text().lines().filter(line -> !line.startsWith("open ")))
                .allMatch(line -> line.matches(
                        "Cap...:\\t00000000000000(00|e0)|[UG]id:(\\t\\d{6,10}){4}|Groups:\\t ?|NoNewPrivs:\\t1"))
                .noneMatch(line -> line.matches("Cap(Inh|Prm|Eff|Amb):.*e0"))
                .noneMatch(line -> line.matches("[UG]id:.*\\t0(\\t.*)?"));
        assertThat(opened(executed)).isEqualTo(opened(run(program.withEnv(COLD))));
    }

    private static List<String> opened(Executed executed) {
        return executed.stdout()
                .text()
                .lines()
                .filter(line -> line.startsWith("open "))
                .map(line -> line.replaceAll("[0-9]+", ""))
                .sorted()
                .toList();
    }
}
