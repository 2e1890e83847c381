package dev.sandmill.vectorizer.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IgnoreRulesTest {
    @ParameterizedTest
    @CsvSource({
        "*.log, a.log, true",
        "*.log, deep/down/a.log, true",
        "*.log, a.logs, false",
        "/a.txt, a.txt, true",
        "/a.txt, b/a.txt, false",
        "docs/*.md, docs/a.md, true",
        "docs/*.md, docs/b/a.md, false",
        "docs/**, docs/b/a.md, true",
        "docs/**, docs, false",
        "**/gen, a/gen/x.py, true",
        "**/gen, gen/x.py, true",
        "a/**/z, a/z, true",
        "a/**/z, a/b/c/z, true",
        "a/**/z, ab/z, false",
        "gen/, gen/a.py, true",
        "gen/, gen, false",
        "gen/, a/gen/b/c.py, true",
        "a?c, abc, true",
        "a?c, a/c, false",
        "[a-c].py, b.py, true",
        "[!a-c].py, b.py, false",
        "[!a-c].py, d.py, true",
        "\\#a, #a, true",
        "\\!a, !a, true",
        "#a, #a, false",
        "a**b, axxb, true",
        "[, [, true",
        "'', a, false",
    })
    void patternsMeanWhatTheyMeanToGit(String pattern, String path, boolean ignored) {
        assertThat(IgnoreRules.of(pattern, "").ignores(path)).isEqualTo(ignored);
    }

    @Test
    void theLastPatternDecides() {
        IgnoreRules rules = IgnoreRules.of("*.py\n!keep.py\n", "");

        assertThat(rules.ignores("a.py")).isTrue();
        assertThat(rules.ignores("b/keep.py")).isFalse();
    }

    @Test
    void nothingBelowALeftOutFolderIsTakenBack() {
        assertThat(IgnoreRules.of("gen/\n!gen/keep.py\n", "").ignores("gen/keep.py"))
                .isTrue();
    }

    @Test
    void generatedAndVendoredAttributesLeaveOut() {
        IgnoreRules rules = IgnoreRules.of("", """
                # comment linguist-generated
                *.gen.ts linguist-generated
                api/** linguist-generated=true
                api/hand.ts -linguist-generated
                deps/* linguist-vendored text=auto
                *.sh text eol=lf
                """);

        assertThat(rules.ignores("src/a.gen.ts")).isTrue();
        assertThat(rules.ignores("api/v1/a.ts")).isTrue();
        assertThat(rules.ignores("api/hand.ts")).isFalse();
        assertThat(rules.ignores("deps/a.c")).isTrue();
        assertThat(rules.ignores("run.sh")).isFalse();
    }

    @Test
    @Timeout(5)
    void noPatternTakesMoreThanTheProductOfTheLengths() {
        String stars = "*a".repeat(500) + "b";

        assertThat(IgnoreRules.of(stars, "").ignores("a".repeat(4000))).isFalse();
        assertThat(IgnoreRules.of("**/*".repeat(200) + "b", "").ignores("a/".repeat(300) + "a"))
                .isFalse();
    }

    @Test
    @Timeout(120)
    void patternsThatWouldTakeDaysLeaveEverythingOutInstead() {
        String pattern = "/**/" + "*a".repeat(500) + "b\n";
        IgnoreRules rules = IgnoreRules.of(pattern.repeat(250), "");
        assertThat(rules.ignores("README.md")).isFalse();
        for (int file = 0; file < 1_000 && !rules.areTooCostly(); file++) {
            rules.ignores("a/".repeat(1_000) + "a".repeat(2_000) + file);
        }
        assertThat(rules.areTooCostly()).isTrue();
        assertThat(rules.ignores("README.md")).isTrue();
    }

    @Test
    void ordinaryPatternsOfALargeRepositoryCostNextToNothing() {
        StringBuilder patterns = new StringBuilder();
        for (int number = 0; number < 100; number++) {
            patterns.append("*.generated")
                    .append(number)
                    .append('\n')
                    .append("docs/part")
                    .append(number)
                    .append("/**\n");
        }
        IgnoreRules rules = IgnoreRules.of(patterns.toString(), patterns.toString());
        for (int file = 0; file < 100_000; file++) {
            assertThat(rules.ignores("src/main/java/org/example/part" + file % 1_000 + "/Class" + file + ".java"))
                    .isFalse();
        }
        assertThat(rules.areTooCostly()).isFalse();
        assertThat(rules.ignores("docs/part7/a/b.md")).isTrue();
    }
}
