package dev.sandmill.sandbox.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.Violation;
import dev.sandmill.sandbox.parser.SharedParsers;
import dev.sandmill.sandbox.syntax.ProgramSyntax;
import dev.sandmill.sandbox.syntax.SyntaxReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every program of the corpora: hostile ones are refused by the rule they name, ordinary ones pass.
class CorpusTest {
    private final SyntaxReader reader = new SyntaxReader(SharedParsers.INSTANCE);
    private final SourceValidator validator = new SourceValidator();

    private static final List<String> LANGUAGES = List.of("python", "javascript", "java", "bash");

    /// What the parser does not know yet, `case Map<?, ?> m`: the words of such files are looked at instead.
    private static final List<String> PARSED_BY_WORDS = List.of("json-writer");

    private record Program(String language, String name, String rule, String source) {}

    @TestFactory
    Stream<DynamicTest> hostileProgramsAreRefusedByTheRuleTheyBreak() {
        return LANGUAGES.stream()
                .flatMap(language -> corpus("hostile", language))
                .map(program -> DynamicTest.dynamicTest(
                        program.language() + " " + program.name(),
                        () -> assertThat(check(program))
                                .extracting(Violation::rule)
                                .contains(program.rule())));
    }

    @TestFactory
    Stream<DynamicTest> ordinaryProgramsPass() {
        return LANGUAGES.stream()
                .flatMap(language -> corpus("benign", language))
                .map(program -> DynamicTest.dynamicTest(program.language() + " " + program.name(), () -> {
                    assertThat(check(program)).isEmpty();
                    assertThat(read(program).units())
                            .noneMatch(unit -> unit.broken() && !PARSED_BY_WORDS.contains(program.name()));
                }));
    }

    @Test
    void corporaAreLargeEnoughToMeanSomething() {
        assertThat(LANGUAGES.stream().flatMap(language -> corpus("hostile", language)))
                .hasSizeGreaterThanOrEqualTo(400);
        assertThat(LANGUAGES.stream().flatMap(language -> corpus("benign", language)))
                .hasSizeGreaterThanOrEqualTo(300);
    }

    private List<Violation> check(Program program) {
        return validator.check(read(program), PolicyLevel.STANDARD);
    }

    private ProgramSyntax read(Program program) {
        return reader.read(ExecuteCode.of(program.language(), program.source(), Limits.DEFAULT), program.language());
    }

    private static Stream<Program> corpus(String kind, String language) {
        String resource = kind + "-" + language + ".txt";
        try (InputStream in = CorpusTest.class.getResourceAsStream(resource)) {
            assertThat(in).as(resource).isNotNull();
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Pattern.compile("^### ", Pattern.MULTILINE)
                    .splitAsStream(all)
                    .filter(text -> !text.isBlank())
                    .map(text -> {
                        String[] head = text.substring(0, text.indexOf('\n')).split(" => ");
                        return new Program(
                                language,
                                head[0],
                                head.length > 1 ? head[1] : "",
                                text.substring(text.indexOf('\n') + 1));
                    });
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }
}
