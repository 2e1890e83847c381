package dev.sandmill.vectorizer.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a pattern means, asked of git itself.
final class IgnoreRulesIT {
    @ParameterizedTest
    @CsvSource({
        "*.log, deep/down/a.log",
        "docs/*.md, docs/b/a.md",
        "docs/**, docs/b/a.md",
        "**/gen, gen/x.py",
        "a/**/z, a/z",
        "a/**/z, a/b/c/z",
        "a/**/z, ab/z",
        "a**b, axxb",
        "a**b, a/b",
        "a**b/c, axb/c",
        "a/**b, a/xb",
        "a/**b, a/x/b",
        "[!a-c].py, d.py",
        "[]a].py, a.py",
        "*/b, a/b",
        "*/b, a/c/b",
        "/*, a",
        "/*/c, a/c",
    })
    void gitAgrees(String pattern, String path, @TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve(".gitignore"), pattern + "\n");
        run(folder, List.of("git", "init", "-q"));
        boolean gitIgnores = run(folder, List.of("git", "check-ignore", "-q", "--no-index", path)) == 0;

        assertThat(IgnoreRules.of(pattern, "").ignores(path)).isEqualTo(gitIgnores);
    }

    private static int run(Path folder, List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
