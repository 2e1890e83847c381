package dev.sandmill.sandbox.parser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// The program that the set-up compiles: the one that the tests are told of, else compiled here once. Where
/// it cannot be compiled the service has the spare one, and these tests have nothing to try.
@EnabledOnOs(OS.LINUX)
class CompiledParserIT extends ParsersContract {
    private static ParserProgram compiled = ParserProgram.spare();

    @BeforeAll
    static void compile() throws IOException, InterruptedException {
        String file = System.getProperty(ParserProgram.PROPERTY);
        ParserProgram program = ParserProgram.compiled(file == null || file.isBlank() ? compiledHere() : file);
        assumeThat(program)
                .as("npm, Docker and a network, which compiling the parser takes")
                .isNotNull();
        compiled = java.util.Objects.requireNonNull(program);
    }

    private static String compiledHere() throws IOException, InterruptedException {
        Path root = Path.of("..").toAbsolutePath().normalize();
        ProcessBuilder builder = new ProcessBuilder(
                        "bash", root.resolve("docker/setup/parsers.sh").toString())
                .redirectError(new File("target/parser.log"));
        builder.environment()
                .put(
                        "SANDMILL_HOME",
                        Path.of("target/parser-home").toAbsolutePath().toString());
        Process setUp = builder.start();
        String said = new String(setUp.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        setUp.waitFor();
        return said.strip().replaceFirst("(?s).*-Dsandmill\\.parser=", "");
    }

    @Override
    ParserProgram program() {
        return compiled;
    }

    @Override
    int deaths() {
        return 50;
    }

    private record Limited(String language, String source, String limit) {}

    /// Kept by the process itself, which goes on.
    @Test
    void memoryAndTimeAreRefusedByAProcessThatLivesOn() {
        try (Parsers parsers = new Parsers(compiled, 1, Duration.ofSeconds(20))) {
            parsers.parse("bash", new byte[0], 1, 1);
            Long pid = parsers.pids().iterator().next();
            for (Limited limited : List.of(
                    new Limited("bash", "a|".repeat(75_000), "512 MiB"),
                    new Limited("bash", "<<a ".repeat(100_000), "2 s of the processor"))) {
                assertThat(parsers.parse(
                                limited.language(),
                                limited.source().getBytes(StandardCharsets.UTF_8),
                                Long.MAX_VALUE,
                                1_500))
                        .isInstanceOfSatisfying(
                                ParseAnswer.OverLimit.class,
                                refused -> assertThat(refused.limit()).isEqualTo(limited.limit()));
            }
            assertThat(parsers.pids()).containsExactly(pid);
        }
    }

    @Test
    void itHoldsNoMoreMemoryThanItsLimitAndGivesItBack() throws IOException {
        try (Parsers parsers = new Parsers(compiled, 1, Duration.ofSeconds(20))) {
            parsers.parse("bash", "a|".repeat(75_000).getBytes(StandardCharsets.UTF_8), Long.MAX_VALUE, 1_500);
            parsers.parse("bash", new byte[0], 1, 1);
            long pid = parsers.pids().iterator().next();
            String status = Files.readString(Path.of("/proc/" + pid + "/status"));

            assertThat(kilobytes(status, "VmPeak")).isLessThan(560_000);
            assertThat(kilobytes(status, "VmHWM")).isLessThan(560_000);
            assertThat(kilobytes(status, "VmRSS")).isLessThan(60_000);
        }
    }

    @Test
    void itHasNoRightsNoFilesAndNoEnvironment() throws IOException {
        try (Parsers parsers = new Parsers(compiled, 1, Duration.ofSeconds(20))) {
            parsers.parse("bash", new byte[0], 1, 1);
            long pid = parsers.pids().iterator().next();
            String status = Files.readString(Path.of("/proc/" + pid + "/status"));

            assertThat(status)
                    .contains("NoNewPrivs:\t1")
                    .contains("Seccomp:\t2")
                    .contains("Threads:\t1");
            assertThat(status).doesNotContain("Uid:\t0\t");
            assertThat(Files.readString(Path.of("/proc/" + pid + "/oom_score_adj"))
                            .strip())
                    .isEqualTo("1000");
            assertThat(Files.readString(Path.of("/proc/" + pid + "/limits")))
                    .containsPattern("Max open files +3 ")
                    .containsPattern("Max processes +0 ");
        }
    }

    private static long kilobytes(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
