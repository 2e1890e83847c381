package dev.sandmill.sandbox.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.SourceFile;
import dev.sandmill.api.Violation;
import dev.sandmill.sandbox.parser.SharedParsers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SyntaxReaderTest {
    private final SyntaxReader reader = new SyntaxReader(SharedParsers.INSTANCE);

    @Test
    void childrenAreNumberedBeforeTheirParents() {
        SourceUnit unit = parse("python", "x = f(1, 'é')\n");

        assertThat(unit.broken()).isFalse();
        SyntaxNode root = unit.nodes().getLast();
        assertThat(root.kind()).isEqualTo("module");
        for (SyntaxNode node : unit.nodes()) {
            assertThat(unit.nodes().get(node.id())).isSameAs(node);
            assertThat(node.children()).allMatch(child -> child.id() < node.id());
        }
        assertThat(unit.nodes())
                .anyMatch(node -> node.is("string") && node.text().equals("'é'"));
        assertThat(unit.nodes())
                .anyMatch(node -> "function".equals(node.field()) && node.text().equals("f"));
    }

    @Test
    void codeThatTheGrammarDoesNotKnowIsStillATree() {
        SourceUnit unit = parse("python", "def f(:\n  import os\n((\n");

        assertThat(unit.broken()).isTrue();
        assertThat(unit.nodes()).anyMatch(node -> node.text().equals("os"));
    }

    @Test
    void bytesThatAreNotUtf8AndNulAreRefused() {
        assertThat(refusals(Content.of(new byte[] {'x', (byte) 0xff}))).containsExactly("syntax/encoding");
        assertThat(refusals(Content.utf8("a = 1\nb = '\0'\n"))).containsExactly("syntax/encoding");
        assertThat(refusals(Content.utf8("# -*- coding: utf-7 -*-\n+AGkAbQ-\n")))
                .containsExactly("syntax/encoding");
        assertThat(refusals(Content.utf8("# -*- coding: UTF-8 -*-\nx = 1\n"))).isEmpty();
    }

    @Test
    void tenMegabytesAreRefusedUnparsed() {
        assertThat(refusals(Content.utf8("x = 1\n".repeat(1_700_000)))).containsExactly("syntax/size");
    }

    @Test
    void extremeNestingIsRefusedAndLeavesTheReaderWorking() {
        for (String open : List.of("(", "[", "{", "-", "not ", "lambda:", "f(", "a[")) {
            assertThat(reader.read(ExecuteCode.of("python", open.repeat(100_000), Limits.DEFAULT), "python")
                            .refusals())
                    .as(open)
                    .extracting(Violation::rule)
                    .isSubsetOf("syntax/nesting", "syntax/complexity");
        }
        assertThat(refusals(Content.utf8("(".repeat(100_000) + "1" + ")".repeat(100_000))))
                .as("its depth, or the parser's time on a busy machine")
                .hasSize(1)
                .isSubsetOf("syntax/nesting", "syntax/complexity");
        assertThat(parse("python", "x = 1").broken()).isFalse();
    }

    @Test
    void dataFilesAreNotSource() {
        ProgramSyntax program = reader.read(
                withFiles(
                        new SourceFile("main.py", Content.utf8("x = 1")),
                        new SourceFile("picture.png", Content.of(new byte[] {(byte) 0xff, 0}))),
                "python");

        assertThat(program.refusals()).isEmpty();
        assertThat(program.units()).extracting(SourceUnit::path).containsExactly("main.py");
        assertThat(program.localFiles()).containsExactly("main.py", "picture.png");
    }

    private SourceUnit parse(String language, String source) {
        ProgramSyntax program = reader.read(ExecuteCode.of(language, source, Limits.DEFAULT), language);
        assertThat(program.refusals()).isEmpty();
        return program.units().getFirst();
    }

    private List<String> refusals(Content content) {
        return reader.read(withFiles(new SourceFile("main.py", content)), "python").refusals().stream()
                .map(Violation::rule)
                .toList();
    }

    private static ExecuteCode withFiles(SourceFile... files) {
        return new ExecuteCode(
                "python",
                null,
                List.of(files),
                "main.py",
                List.of(),
                Content.EMPTY,
                Map.of(),
                List.of(),
                Limits.DEFAULT,
                PolicyLevel.STANDARD,
                Isolation.AUTO,
                CacheMode.AUTO,
                List.of());
    }
}
