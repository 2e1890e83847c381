package dev.sandmill.vectorizer.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class LineChunkerTest {
    private final Chunkers chunkers = new Chunkers(new ChunkLimits(40, 60, 10, 8, 600), Counters::count);

    @Test
    void markdownIsCutBeforeHeadings() {
        String guide = "# Guide\n\n" + "One sentence about it.\n".repeat(5) + "\n## Install\n\n"
                + "Run the installer twice.\n".repeat(5) + "\n```sh\n# not a heading\n```\n\n## Use\n\n"
                + "Call it with care.\n".repeat(5);
        List<Chunk> chunks = chunkers.chunk("markdown", guide);

        assertThat(chunks)
                .extracting(chunk -> chunk.text().lines().findFirst().orElseThrow())
                .contains("# Guide", "## Install", "## Use");
        assertThat(chunks).allSatisfy(chunk -> assertThat(chunk.kind()).isEqualTo(ChunkKind.TEXT));
    }

    @Test
    void codeWithoutGrammarIsCutAtBlankLinesOutsideOfBlocks() {
        String function =
                "func lease%d(key: String) -> Int {\n    let a = key.count * 2\n\n    return a + table[key]\n}\n\n";
        StringBuilder source = new StringBuilder();
        for (int number = 0; number < 6; number++) {
            source.append(function.formatted(number));
        }
        List<Chunk> chunks = chunkers.chunk("swift", source.toString());

        assertThat(chunks).hasSizeGreaterThan(2);
        assertThat(chunks).allSatisfy(chunk -> assertThat(chunk.text()).startsWith("func lease"));
    }

    @Test
    void aLineThatIsTooLongIsCutBetweenWords() {
        String line = "alpha beta gamma delta ".repeat(40) + "\n";
        List<Chunk> chunks = chunkers.chunk("text", line);

        assertThat(chunks).hasSizeGreaterThan(3);
        assertThat(chunks).allSatisfy(chunk -> {
            assertThat(chunk.startLine()).isEqualTo(1);
            assertThat(chunk.endLine()).isEqualTo(1);
            assertThat(chunk.text()).matches("(?s)(alpha|beta|gamma|delta).*\\s");
        });
    }
}
