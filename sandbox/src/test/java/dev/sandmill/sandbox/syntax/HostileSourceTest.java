package dev.sandmill.sandbox.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.Violation;
import dev.sandmill.sandbox.determinism.Determinism;
import dev.sandmill.sandbox.parser.SharedParsers;
import dev.sandmill.sandbox.validate.SourceValidator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Sources that are made to break a reader, in every language that it reads.
@Timeout(120)
class HostileSourceTest {
    private final SyntaxReader reader = new SyntaxReader(SharedParsers.INSTANCE);
    private final SourceValidator validator = new SourceValidator();
    private final Determinism determinism = new Determinism();

    private List<String> check(String language, String source) {
        ProgramSyntax program = reader.read(ExecuteCode.of(language, source, Limits.DEFAULT), language);
        determinism.judge(program);
        return validator.check(program, PolicyLevel.STANDARD).stream()
                .map(Violation::rule)
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"python", "javascript", "typescript", "java", "bash"})
    void tenMegabytesAreRefusedInOneLineOrMany(String language) {
        assertThat(check(language, "x = 1\n".repeat(1_700_000))).containsExactly("syntax/size");
        assertThat(check(language, "a".repeat(10_000_000))).containsExactly("syntax/size");
    }

    @ParameterizedTest
    @ValueSource(strings = {"python", "javascript", "typescript", "java", "bash"})
    void nulIsRefusedAndAByteOrderMarkIsNot(String language) {
        assertThat(check(language, "x\0y")).containsExactly("syntax/encoding");
        assertThat(check(language, "\ufeff")).isEmpty();
    }

    /// A text of the contract may hold half a pair, which no UTF-8 has.
    @ParameterizedTest
    @ValueSource(strings = {"python", "javascript", "typescript", "java", "bash"})
    void halfASurrogatePairDoesNoHarm(String language) {
        assertThat(check(language, "# \ud800 \udc00\ud800")).isSubsetOf("syntax/encoding");
    }

    @ParameterizedTest
    @CsvSource({
        "python, (",
        "python, f(",
        "python, lambda:",
        "javascript, (",
        "javascript, {a:[",
        "javascript, ()=>",
        "typescript, (",
        "java, class A{",
        "java, f(",
        "java, else if(x)",
        "bash, $(",
        "bash, ((",
        "bash, if "
    })
    void aHundredThousandLevelsAreReadOrRefused(String language, String open) {
        String source = open.repeat(Math.min(100_000, 1_000_000 / open.length()));
        assertThat(check(language, source))
                .isSubsetOf(
                        "syntax/nesting", "syntax/complexity", language + "/dynamic-code", "javascript/dynamic-code");
        assertThat(check(language, language.equals("java") ? "class A { }" : "x=1"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"python, a.", "python, 1+", "javascript, a?.", "javascript, a=>", "java, a.", "java, \"a\"+"})
    void longChainsAreReadOrRefused(String language, String link) {
        String begin = language.equals("java") ? "class A { Object x = " : "x=";
        String end = language.equals("java") ? "a; }" : "a";
        String chain = begin + link.repeat(150_000 / link.length()) + end;
        assertThat(check(language, chain)).isSubsetOf("syntax/nesting", "syntax/complexity");
    }

    /// Ambiguous all the way: the parser holds every way to read it.
    @Test
    void aPipelineWithoutEndIsGivenUpBeforeTheMemoryIs() {
        assertThat(check("bash", "a|".repeat(75_000))).containsExactly("syntax/complexity");
    }

    /// Rules look into texts with patterns: none of them may take long for a text that almost matches.
    @Test
    void textsThatAlmostMatchThePatternsOfRulesTakeNoTime() {
        long start = System.nanoTime();
        check(
                "python",
                "print('" + "{0.a".repeat(100_000) + "'.format(1))\nopen('/etc/" + "../".repeat(100_000) + "')");
        check("javascript", "require('" + "a.".repeat(200_000) + "txt ')");
        check("bash", "sed '" + "s/a/".repeat(20_000) + "' x; awk 'system(" + "\"\\\\".repeat(60_000) + "'");
        check("bash", "x=a; ${x" + "/a".repeat(100_000) + "}; $" + "{x/".repeat(50_000));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
    }

    @Test
    void manyAtATimeAreAllRead() throws Exception {
        String source = "total = [sum(x * i for x in range(10)) for i in range(20)]\n".repeat(400);
        try (var callers = Executors.newFixedThreadPool(16)) {
            List<Callable<List<String>>> calls = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                calls.add(() -> check("python", source));
            }
            for (Future<List<String>> call : callers.invokeAll(calls)) {
                assertThat(call.get()).isEmpty();
            }
        }
    }
}
