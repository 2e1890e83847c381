package dev.sandmill.vectorizer.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.vectorizer.syntax.Grammars;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// For every grammar: what is defined gets its qualified name, and a definition keeps its comment.
final class LanguagesTest {
    private final Chunkers chunkers = new Chunkers(new ChunkLimits(16, 90, 20, 6, 2000), Counters::count);

    static Stream<LanguageSample> samples() {
        return LanguageSample.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void definitionsAreNamedWithWhatEnclosesThem(LanguageSample sample) {
        String padded = sample.source() + "\n".repeat(3);
        List<Chunk> chunks = chunkers.chunk(sample.language(), padded);

        assertThat(chunks.stream().map(Chunk::text).collect(Collectors.joining()))
                .isEqualTo(padded);
        assertThat(chunks.stream()
                        .filter(chunk -> chunk.symbol() != null)
                        .map(chunk -> chunk.kind().wireName() + " " + Objects.requireNonNull(chunk.symbol()))
                        .distinct())
                .containsAll(sample.definitions());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void aCommentIsInTheChunkOfItsDefinition(LanguageSample sample) {
        Chunk taking = chunkers.chunk(sample.language(), sample.source()).stream()
                .filter(chunk -> chunk.text().contains("takes the oldest"))
                .findFirst()
                .orElseThrow();

        assertThat(taking.symbol()).containsIgnoringCase("lease");
        assertThat(taking.text().toLowerCase(Locale.ROOT)).contains("lease", "queue", "poll");
    }

    @Test
    void everyGrammarHasItsSample() {
        assertThat(samples().map(LanguageSample::language))
                .containsExactlyInAnyOrderElementsOf(new Grammars().languages());
    }
}
