package dev.sandmill.sandbox.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sandmill.api.Content;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.SourceFile;
import dev.sandmill.api.Violation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Sources that no rule can look at, or that are made to keep one busy.
class UnreadableSourceTest {
    private final Validation validation = new Validation();

    @Test
    void aCarriageReturnDoesNotHideCodeInAComment() {
        assertThat(validation.standard("python", "import os\n# harmless\ros.system('id')\n"))
                .isNotEmpty();
        assertThat(validation.standard("javascript", "// harmless\rrequire('child_process')\n"))
                .isNotEmpty();
        assertThat(validation.standard("javascript", "// harmless\u2028require('child_process')\n"))
                .isNotEmpty();
    }

    @Test
    void brokenCodeIsLeftToTheInterpreter() {
        assertThat(validation.standard("python", "def f(:\n    print(\n")).isEmpty();
        assertThat(validation.standard("javascript", "const = ;{")).isEmpty();
    }

    @Test
    void otherLanguagesAreCheckedForEncodingAndSizeOnly() {
        assertThat(validation.standard("go", "package main; import \"net\"")).isEmpty();
        assertThat(validation.standard("go", "package \0"))
                .extracting(Violation::rule)
                .containsExactly("syntax/encoding");
    }

    @Test
    void textsAndChainsThatGrowWithoutEndAreBounded() {
        StringBuilder chain = new StringBuilder("a0 = 'x'\n");
        for (int i = 1; i < 3_000; i++) {
            chain.append("a")
                    .append(i)
                    .append(" = a")
                    .append(i - 1)
                    .append(" + a")
                    .append(i - 1)
                    .append("\n");
        }
        chain.append("for x in a1:\n    s = s + 'y' if x else s.replace('y', 'yyyyyyyy')\n    o = o.o\n");
        assertThat(validation.standard("python", chain.toString())).isEmpty();
        assertThat(validation.standard("javascript", "let x = 'a';\n" + "x = x + x + `${x}`;\n".repeat(2_000)))
                .isEmpty();
    }

    private static final List<String> READ = List.of("python", "javascript", "typescript", "java", "bash");

    @Test
    void bytesThatAreNoUtf8AreRefusedInEveryLanguage() {
        for (String language : READ) {
            assertThat(validation.check(
                            language, PolicyLevel.STANDARD, bytes(language, new byte[] {'a', (byte) 0xc3, '('})))
                    .as(language)
                    .extracting(Violation::rule)
                    .contains("syntax/encoding");
        }
    }

    /// Texts that a pattern with two ways to match would try all ways of, in the places that patterns look
    /// at. A cube of this length is more than a minute's work, and twenty letters are enough for what doubles
    /// with each.
    @Test
    void noTextMakesAPatternTakeLong() {
        for (String part : List.of("a", "-", "{", "%(", "\\\\", ".a", "a=", "0", "+", "\\x4", "coding:", " ", "$(")) {
            String text = part.repeat(4_000 / part.length());
            for (String source : List.of(
                    "# " + text,
                    "x = '" + text + "'.format(1)",
                    "x = '" + text + "' % y",
                    "eval('" + text + "!')",
                    "import os; getattr(os, '" + text + "')",
                    "open('" + text + "')",
                    "bytes.fromhex('" + text + "!')",
                    "find . -" + text,
                    "chmod " + text + "! a",
                    "timeout " + text + "! ls",
                    "class A { String s = \"" + text + "\"; Object o = Class.forName(\"" + text + "\"); }",
                    "require('" + text + "')",
                    "x['" + text + "'] = `" + text + "`")) {
                for (String language : READ) {
                    assertTimeoutPreemptively(
                            Duration.ofSeconds(20), () -> validation.standard(language, source), () -> {
                                return language + ": " + source.substring(0, 40);
                            });
                }
            }
        }
    }

    private static SourceFile bytes(String language, byte[] content) {
        String name = switch (language) {
            case "python" -> "main.py";
            case "javascript" -> "main.js";
            case "typescript" -> "main.ts";
            case "java" -> "Main.java";
            case "bash" -> "main.sh";
            default -> throw new IllegalArgumentException(language);
        };
        return new SourceFile(name, Content.of(content));
    }
}
