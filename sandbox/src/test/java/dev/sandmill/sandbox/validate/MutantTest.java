package dev.sandmill.sandbox.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.sandbox.determinism.Determinism;
import dev.sandmill.sandbox.parser.SharedParsers;
import dev.sandmill.sandbox.syntax.ProgramSyntax;
import dev.sandmill.sandbox.syntax.SyntaxReader;
import dev.sandmill.sandbox.validate.Corpus.Program;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Whatever source comes, reading, checking and judging it answer: programs of the corpora with parts taken out,
/// repeated, exchanged, cut off and put together. Another seed each time, `-Dmutants.seed=` for that of a failure,
/// `-Dmutants=` for how many.
class MutantTest {
    private static final int MUTANTS = Integer.getInteger("mutants", 1_500);
    private static final long SEED = Long.getLong("mutants.seed", System.nanoTime());
    private static final Pattern TOKEN = Pattern.compile("\\w+|\\s+|.", Pattern.DOTALL);

    /// Larger ones cost the time of many small ones.
    private static final int MAX_CHARACTERS = 1_000;

    private static final int MAX_SHOWN = 5;

    private static final List<String> OPENING = List.of("(", "[", "{");
    private static final List<String> CLOSING = List.of(")", "]", "}");

    /// Where arithmetic and decoding have their edges.
    private static final List<String> ODD = List.of(
            "0-9223372036854775807-1",
            "9223372036854775807",
            "99999999999999999999",
            "-1",
            "0x",
            "1e999",
            "\\u{",
            "\\N{",
            "\\x",
            "\\",
            "%",
            "%(",
            "{",
            "{0",
            "${",
            "$'",
            "..",
            "~",
            "\"\"",
            "''",
            "*",
            "\ud83d\ude00");
    private static final List<String> LANGUAGES = Corpus.LANGUAGES;

    private final SyntaxReader reader = new SyntaxReader(SharedParsers.INSTANCE);
    private final SourceValidator validator = new SourceValidator();
    private final Determinism determinism = new Determinism();

    @ParameterizedTest
    @FieldSource("LANGUAGES")
    void everyMutantIsAnswered(String language) {
        List<String> sources = Corpus.all(language).stream()
                .map(Program::source)
                .filter(source -> source.length() <= MAX_CHARACTERS)
                .toList();
        assertThat(sources).hasSizeGreaterThan(50);
        Random random = new Random(SEED);
        System.out.println("mutants of " + language + ": -Dmutants=" + MUTANTS + " -Dmutants.seed=" + SEED);
        List<String> failures = new ArrayList<>();
        for (int i = 0; i < MUTANTS && failures.size() < MAX_SHOWN; i++) {
            String mutant = mutant(sources, random);
            try {
                answer(language, mutant);
            } catch (RuntimeException | StackOverflowError thrown) {
                StringWriter trace = new StringWriter();
                thrown.printStackTrace(new PrintWriter(trace));
                failures.add(mutant + "\n--- seed " + SEED + ", number " + i + "\n"
                        + trace.toString().lines().limit(12).reduce("", (all, line) -> all + line + "\n"));
            }
        }
        assertThat(failures).isEmpty();
    }

    private void answer(String language, String source) {
        ProgramSyntax program = reader.read(ExecuteCode.of(language, source, Limits.DEFAULT), language);
        validator.check(program, PolicyLevel.STANDARD);
        validator.check(program, PolicyLevel.STRICT);
        determinism.judge(program);
    }

    private static String mutant(List<String> sources, Random random) {
        String mutant = any(sources, random);
        for (int changes = 1 + random.nextInt(3); changes > 0 && !mutant.isEmpty(); changes--) {
            mutant = switch (random.nextInt(4)) {
                case 0 -> ofCharacters(mutant, sources, random);
                case 1 -> emptied(mutant, random);
                default -> ofTokens(mutant, random);
            };
        }
        return mutant;
    }

    private static String ofCharacters(String source, List<String> sources, Random random) {
        int from = random.nextInt(source.length());
        int to = Math.min(source.length(), from + 1 + random.nextInt(12));
        return switch (random.nextInt(4)) {
            case 0 -> source.substring(0, from);
            case 1 -> source.substring(0, from) + source.substring(to);
            case 2 -> source.substring(0, to) + source.substring(from);
            default -> {
                String other = any(sources, random);
                yield source.substring(0, from) + other.substring(random.nextInt(other.length()));
            }
        };
    }

    private static String ofTokens(String source, Random random) {
        List<String> tokens = new ArrayList<>(
                TOKEN.matcher(source).results().map(MatchResult::group).toList());
        int one = random.nextInt(tokens.size());
        int other = random.nextInt(tokens.size());
        switch (random.nextInt(5)) {
            case 0 -> tokens.remove(one);
            case 1 -> tokens.set(one, ODD.get(random.nextInt(ODD.size())));
            case 2 -> tokens.add(one, tokens.get(one));
            case 3 -> tokens.set(one, tokens.get(other));
            default -> {
                String kept = tokens.get(one);
                tokens.set(one, tokens.get(other));
                tokens.set(other, kept);
            }
        }
        return String.join("", tokens);
    }

    /// Without what stands in a pair of brackets: calls without arguments, blocks and texts without content.
    private static String emptied(String source, Random random) {
        int from = random.nextInt(source.length());
        while (from < source.length() && !OPENING.contains(source.substring(from, from + 1))) {
            from++;
        }
        if (from == source.length()) {
            return source;
        }
        String open = source.substring(from, from + 1);
        String close = CLOSING.get(OPENING.indexOf(open));
        int depth = 0;
        for (int to = from; to < source.length(); to++) {
            String here = source.substring(to, to + 1);
            depth += here.equals(open) ? 1 : here.equals(close) ? -1 : 0;
            if (depth == 0) {
                return source.substring(0, from + 1) + source.substring(to);
            }
        }
        return source.substring(0, from + 1);
    }

    private static String any(List<String> sources, Random random) {
        return sources.get(random.nextInt(sources.size()));
    }
}
