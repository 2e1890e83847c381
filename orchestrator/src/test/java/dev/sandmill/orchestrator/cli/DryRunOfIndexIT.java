package dev.sandmill.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.orchestrator.config.ServiceConfig;
import dev.sandmill.orchestrator.git.WorkingCopy;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A dry run over a real repository, without a service.
class DryRunOfIndexIT {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @TempDir
    private Path temp;

    private WorkingCopy copy;

    @BeforeEach
    void fill() {
        copy = WorkingCopy.init(temp.resolve("code"))
                .write("src/stack.py", "def push(stack, item):\n    stack.append(item)\n    return stack\n")
                .write("src/Main.java", "class Main {\n    int one() {\n        return 1;\n    }\n}\n")
                .write("package-lock.json", "{\"lockfileVersion\": 3}\n")
                .write("left/out.py", "print(1)\n")
                .write("id_rsa", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n")
                .write(".sandmillignore", "left/\n");
        copy.commit("one");
    }

    private int run(String... arguments) {
        ServiceConfig config =
                ServiceConfig.from(Map.of("SANDMILL_HOME", temp.resolve("home").toString()));
        return CommandLineClient.run(
                config,
                Map.of(),
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void countsWhatWouldBeIndexedAndSaysWhatWouldNot() throws Exception {
        assertThat(run("index", copy.folder().toString(), "--dry-run", "--price", "1000000"))
                .as(errors.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(printed())
                .contains("dry run of commit " + copy.head().substring(0, 12))
                .contains("6 seen, 3 to index, 3 skipped, 0 failed")
                .contains("skipped as lock_file: 1\n    package-lock.json")
                .contains("skipped as ignored: 1\n    left/out.py")
                .contains("skipped as secret: 1\n    id_rsa")
                .contains("at 1000000.0 USD per million tokens");
        assertThat(temp.resolve("home")).doesNotExist();
        try (var left = Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "sandmill-dry-run-*")) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void asJsonTheSumsAddUp() {
        assertThat(run("index", copy.folder().toString(), "--dry-run", "--json", "--price", "2"))
                .isZero();
        JsonNode report = JsonMapper.builder().build().readTree(printed());
        assertThat(report.path("seen").asInt()).isEqualTo(6);
        assertThat(report.path("languages").propertyNames()).contains("python", "java");
        long tokens = 0;
        for (JsonNode language : report.path("languages").values()) {
            tokens += language.path("tokens").asLong();
        }
        assertThat(tokens).isPositive().isEqualTo(report.at("/total/tokens").asLong());
        assertThat(report.path("costUsd").asDouble()).isEqualTo(tokens / 1_000_000.0 * 2);
        assertThat(report.path("skipped").size()).isEqualTo(3);
    }

    @Test
    void wrongInputIsOneLine() {
        for (List<String> wrong : List.of(
                List.of("index", copy.folder().toString(), "--price", "1"),
                List.of("index", copy.folder().toString(), "--dry-run", "--price", "-1"),
                List.of("index", copy.folder().toString(), "--dry-run", "--price", "NaN"),
                List.of("index", copy.folder().toString(), "--dry-run", "--branch", "absent"),
                List.of("index", "http://localhost/x.git", "--dry-run"))) {
            errors.reset();
            assertThat(run(wrong.toArray(String[]::new))).isEqualTo(CommandLineClient.USAGE);
            assertThat(errors.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
        }
    }
}
