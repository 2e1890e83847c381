package dev.sandmill.vectorizer.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class HostileTextTest {
    private static final ChunkLimits LIMITS = ChunkLimits.forMiniLm();

    private final Chunkers chunkers = new Chunkers(LIMITS, Counters::count);

    @ParameterizedTest
    @ValueSource(strings = {"java", "text"})
    void oneLineOfAMegabyteIsCutIntoFittingParts(String language) {
        assertWhole(language, "x = [" + "12345, ".repeat(75_000) + "]");
        assertWhole(language, "a".repeat(1 << 20));
        assertWhole(language, "😀".repeat(1 << 16));
        assertWhole(language, " ".repeat(1 << 20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "python"})
    void nestingOfFiftyThousandOverflowsNothing(String language) {
        assertWhole(language, "x = " + "(".repeat(50_000) + ")".repeat(50_000) + ";\n");
        assertWhole(language, "x = " + "(\n".repeat(50_000) + ")\n".repeat(50_000) + ";\n");
        assertWhole(language, "{\n".repeat(50_000));
        assertWhole(language, "}\n".repeat(50_000));
    }

    @Test
    void anOrdinaryHeredocIsStillCutBySyntax() {
        assertThat(chunkers.chunk("ruby", "def lease\n  x = <<~EOF\n    y\n  EOF\nend\n"))
                .singleElement()
                .satisfies(chunk -> assertThat(chunk.symbol()).isEqualTo("lease"));
    }

    @Test
    void manyLinesWithNothingInThemAreKept() {
        assertWhole("java", "\n".repeat(20_000));
        assertWhole("markdown", "   \r\n".repeat(20_000));
        assertWhole("python", "\r".repeat(20_000));
    }

    @Test
    void anEmptyTextHasNoChunks() {
        assertThat(chunkers.chunk("java", "")).isEmpty();
        assertThat(chunkers.chunk("text", "")).isEmpty();
    }

    @Test
    void aByteOrderMarkHidesNoDefinition() {
        assertThat(chunkers.chunk("java", "\uFEFFclass Marked {}\n"))
                .singleElement()
                .satisfies(chunk -> assertThat(chunk.symbol()).isEqualTo("Marked"));
    }

    @Test
    void nulAndLoneSurrogatesDoNotShiftLines() {
        String list = "[1, 2, 3, 4, 5, 6, 7, 8, 9]";
        String source = "x = '\u0000\uD83D' + " + list + "\n# \uDE00\uD83D\n\ndef after():\n    return " + list + "\n";

        assertThat(new Chunkers(new ChunkLimits(8, 50, 10, 4, 300), Counters::count).chunk("python", source))
                .filteredOn(chunk -> "after".equals(chunk.symbol()))
                .singleElement()
                .satisfies(chunk -> assertThat(chunk.startLine()).isEqualTo(4));
    }

    @Test
    void threadsShareOneChunker() throws Exception {
        String source = "class A {\n" + "    int f(int x) { return x * 31 + f(x - 1); }\n".repeat(100) + "}\n";
        List<Chunk> expected = chunkers.chunk("java", source);
        List<Future<List<Chunk>>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int run = 0; run < 24; run++) {
                results.add(threads.submit(() -> chunkers.chunk("java", source)));
            }
        }
        for (Future<List<Chunk>> result : results) {
            assertThat(result.get()).isEqualTo(expected);
        }
    }

    private void assertWhole(String language, String source) {
        List<Chunk> chunks = chunkers.chunk(language, source);
        assertThat(chunks.stream()
                        .map(Chunk::text)
                        .collect(Collectors.joining())
                        .equals(source))
                .as("the chunks, put together, are the text")
                .isTrue();
        assertThat(chunks.stream()
                        .mapToInt(chunk -> Counters.count(chunk.embeddingText()))
                        .max()
                        .orElseThrow())
                .isLessThanOrEqualTo(LIMITS.maxTokens());
    }
}
