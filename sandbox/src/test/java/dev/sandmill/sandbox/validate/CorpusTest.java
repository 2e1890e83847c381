package dev.sandmill.sandbox.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.Violation;
import dev.sandmill.sandbox.parser.SharedParsers;
import dev.sandmill.sandbox.syntax.ProgramSyntax;
import dev.sandmill.sandbox.syntax.SyntaxReader;
import dev.sandmill.sandbox.validate.Corpus.Program;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every program of the corpora: hostile ones are refused by the rule they name, ordinary ones pass.
class CorpusTest {
    private final SyntaxReader reader = new SyntaxReader(SharedParsers.INSTANCE);
    private final SourceValidator validator = new SourceValidator();

    /// Ordinary programs that a grammar does not know in every part: Java's `case Map<?, ?> m`, Bash's `!(*.md)`, an
    /// index in an arithmetic expression, `&"${fd[1]}"`. Rules look at them all the same; they are never cached.
    private static final List<String> NOT_KNOWN_WHOLE =
            List.of("json-writer", "agent-backup-rotate", "agent-matrix-and-arith", "agent-fd-and-read");

    @TestFactory
    Stream<DynamicTest> hostileProgramsAreRefusedByTheRuleTheyBreak() {
        return Corpus.LANGUAGES.stream()
                .flatMap(language -> Corpus.programs("hostile", language))
                .map(program -> DynamicTest.dynamicTest(
                        program.language() + " " + program.name(),
                        () -> assertThat(check(program))
                                .anyMatch(found -> found.rule().equals(program.rule())
                                        && (program.line() == 0 || found.line() == program.line()))));
    }

    @TestFactory
    Stream<DynamicTest> ordinaryProgramsPass() {
        return Corpus.LANGUAGES.stream()
                .flatMap(language -> Corpus.programs("benign", language))
                .map(program -> DynamicTest.dynamicTest(program.language() + " " + program.name(), () -> {
                    assertThat(check(program)).isEmpty();
                    assertThat(read(program).units())
                            .noneMatch(unit -> unit.broken() && !NOT_KNOWN_WHOLE.contains(program.name()));
                }));
    }

    @Test
    void corporaAreLargeEnoughToMeanSomething() {
        assertThat(Corpus.LANGUAGES.stream().flatMap(language -> Corpus.programs("hostile", language)))
                .hasSizeGreaterThanOrEqualTo(1_000);
        assertThat(Corpus.LANGUAGES.stream().flatMap(language -> Corpus.programs("benign", language)))
                .hasSizeGreaterThanOrEqualTo(600);
        assertThat(Corpus.programs("benign", "typescript")).hasSizeGreaterThanOrEqualTo(100);
    }

    private List<Violation> check(Program program) {
        return validator.check(read(program), PolicyLevel.STANDARD);
    }

    private ProgramSyntax read(Program program) {
        return reader.read(ExecuteCode.of(program.language(), program.source(), Limits.DEFAULT), program.language());
    }
}
