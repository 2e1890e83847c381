package dev.sandmill.sandbox.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.sandbox.validate.Corpus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A machine that does ten other things makes each new compiler a tenth as fast: the timeout is for what hangs.
@Timeout(600)
class CompilerParserTest {
    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
    private static final JavaFileManager FILES = COMPILER.getStandardFileManager(null, null, null);

    private final CompilerParser kept = Objects.requireNonNull(KeptCompiler.open(FILES));
    private final CompilerParser anew = new NewCompiler(COMPILER, FILES);

    @Test
    void theTestsReadAsTheServiceDoes() {
        assertThat(CompilerParser.open()).isInstanceOf(KeptCompiler.class);
    }

    @Test
    void bothReadTheSame() {
        for (Corpus.Program program : Corpus.all("java")) {
            assertThat(parts(kept, program.source())).as(program.name()).isEqualTo(parts(anew, program.source()));
        }
        String constants =
                "class A { enum E { X(1) { }, @Deprecated Y, Z(); F f = new F(), g; static E h = new E(); } }";
        assertThat(parts(kept, constants))
                .isEqualTo(parts(anew, constants))
                .contains("f", "g", "h")
                .doesNotContain("X", "Y", "Z");
    }

    @Test
    void whatIsNotJavaIsNotReadAndLeavesNothingBehind() {
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            for (CompilerParser parser : List.of(kept, anew)) {
                // Only the kept one could remember what it met; each error costs a compiler.
                for (int i = 0; i < (parser == kept ? 40 : 2); i++) {
                    assertThat(parser.parse("class A { int f( { } }")).isNull();
                    assertThat(parser.parse("class A { String s = \"; }")).isNull();
                    assertThat(parser.parse("class A { }")).isNotNull();
                    assertThat(parser.parse("module a { requires b; }")).isNotNull();
                }
            }
        } finally {
            System.setErr(before);
        }
        // Others may say something meanwhile; the compiler names the file that it complains about.
        assertThat(said.toString(StandardCharsets.UTF_8)).doesNotContain("Main.java");
    }

    @Test
    void oneParserIsLeftBeforeItHasReadTooMuch() {
        for (int i = 0; i < 5_000; i++) {
            assertThat(parts(kept, "class A%d { int b%d; }".formatted(i, i))).contains("A" + i, "b" + i);
        }
    }

    @Test
    void manyThreadsReadAtOnce() throws Exception {
        try (var callers = Executors.newFixedThreadPool(16)) {
            List<Callable<List<String>>> calls = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                String name = "n" + i;
                calls.add(
                        () -> parts(kept, "class A { int " + name + " = " + name + "(" + "1 + ".repeat(200) + "1); }"));
            }
            List<Future<List<String>>> answers = callers.invokeAll(calls);
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).contains("n" + i).hasSize(3);
            }
        }
    }

    /// What is read, with the places of what has one.
    private static List<String> parts(CompilerParser parser, String source) {
        CompilerParser.Parsed parsed = parser.parse(source);
        if (parsed == null) {
            return List.of("not Java");
        }
        return JavaTreeReader.read(parsed).nodes().stream()
                .map(node -> switch (node) {
                    case JavaNode.Variable variable -> variable.name();
                    case JavaNode.DeclaredType type -> type.name();
                    case JavaNode.TypeParameter parameter -> parameter.name();
                    case JavaNode.Placed placed -> placed.getClass().getSimpleName() + " " + placed.start();
                    default -> node.getClass().getSimpleName();
                })
                .toList();
    }
}
