package dev.sandmill.vectorizer.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class FingerprintTest {
    private static final String SOURCE = """
            import os

            class Pool:
                def lease(self, key, timeout):
                    return self.queue.poll(key, timeout, self.defaults[key], os.getpid())

                def give_back(self, key, container):
                    return self.queue.push(key, container, self.defaults[key], os.getpid())
            """;

    private final Chunkers chunkers = new Chunkers(new ChunkLimits(30, 60, 10, 8, 2000), Counters::count);

    @Test
    void fieldsCannotRunIntoEachOther() {
        assertThat(Fingerprint.ofFields("ab", "c")).isNotEqualTo(Fingerprint.ofFields("a", "bc"));
        assertThat(Fingerprint.ofFields("a", "")).isNotEqualTo(Fingerprint.ofFields("", "a"));
        assertThat(Fingerprint.ofFields("a")).isNotEqualTo(Fingerprint.ofFields("a", ""));
        assertThat(Fingerprint.ofFields("\uD83D")).isNotEqualTo(Fingerprint.ofFields("\uFFFD"));
        assertThat(Fingerprint.ofFields("a")).hasSize(64).matches("[0-9a-f]+");
    }

    @Test
    void shiftedLinesAndTrailingWhitespaceKeepFingerprints() {
        String shifted = SOURCE.replace("import os\n", "import os\nimport sys\nimport re\n")
                .replace("timeout):\n", "timeout):  \t\n")
                .replace("\n", "\r\n");

        assertThat(fingerprints(shifted)).containsAll(methods(SOURCE));
    }

    @Test
    void indentationAndTheEnclosingClassArePartOfIt() {
        assertThat(methods(SOURCE.replace("        return", "          return")))
                .doesNotContainAnyElementsOf(methods(SOURCE));
        assertThat(methods(SOURCE.replace("class Pool", "class Tank"))).doesNotContainAnyElementsOf(methods(SOURCE));
    }

    @Test
    void whatIsEmbeddedIsWhatIsFingerprinted() {
        assertThat(NormalisedText.of("\r\n\n  a \t\r\n\r\n\n b\n\n")).isEqualTo("  a\n\n\n b");
        assertThat(NormalisedText.of("")).isEmpty();
        assertThat(NormalisedText.of(" \n\t\r\n")).isEmpty();
        assertThat(NormalisedText.of("a")).isEqualTo("a");
    }

    @Test
    void theChunkerIdTellsLimitsApart() {
        assertThat(chunkers.chunkerId())
                .isEqualTo(new Chunkers(new ChunkLimits(30, 60, 10, 8, 2000), String::length).chunkerId())
                .isNotEqualTo(new Chunkers(ChunkLimits.forMiniLm(), Counters::count).chunkerId());
    }

    private Set<String> fingerprints(String source) {
        return chunkers.chunk("python", source).stream().map(Chunk::fingerprint).collect(Collectors.toSet());
    }

    private List<String> methods(String source) {
        List<String> methods = chunkers.chunk("python", source).stream()
                .filter(chunk -> chunk.kind() == ChunkKind.METHOD)
                .map(Chunk::fingerprint)
                .toList();
        assertThat(methods).isNotEmpty();
        return methods;
    }
}
