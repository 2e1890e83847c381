package dev.sandmill.vectorizer.embed.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sandmill.vectorizer.embed.onnx.OnnxEmbedder;
import java.util.List;
import org.junit.jupiter.api.Test;

class StaticEmbedderIT {
    private final StaticEmbedder table = StaticEmbedder.load();

    @Test
    void aSummaryDrawsTheVectorToItself() {
        String text = "for (int at = 0; at < bytes.length; at++) { sum += bytes[at]; }";
        String summary = "checksum of a buffer";
        float[] alone = table.vectorOf(text);
        float[] together = table.vectorOf(text, summary);

        assertThat(cosine(together, table.vectorOf(summary)))
                .isGreaterThan(cosine(alone, table.vectorOf(summary)) + .1);
        assertThat(cosine(together, alone)).isGreaterThan(.8);
        assertThat(cosine(together, together)).isBetween(.999, 1.001);
        assertThat(table.vectorOf(text, "")).containsExactly(alone);
    }

    @Test
    void itsVectorsLieInTheModelsOwnSpace() throws InterruptedException {
        List<String> texts = List.of(
                "def read_json(path):\n    with open(path) as file:\n        return json.load(file)",
                "public void close() throws IOException {\n    socket.close();\n}",
                "func sortKeys(m map[string]int) []string {\n\tkeys := make([]string, 0)\n\tsort.Strings(keys)\n}");
        try (OnnxEmbedder model = OnnxEmbedder.start(1)) {
            float[][] exact = model.embed(texts);
            float[][] fast = table.embed(texts);
            for (int one = 0; one < texts.size(); one++) {
                for (int other = 0; other < texts.size(); other++) {
                    if (one != other) {
                        assertThat(cosine(fast[one], exact[one])).isGreaterThan(cosine(fast[one], exact[other]) + 0.05);
                    }
                }
            }
        }
    }

    @Test
    void everyTextHasAUnitVectorHoweverOddItIs() throws InterruptedException {
        for (float[] vector : table.embed(List.of("", "\0", "\uD800", "中".repeat(2_000), "x ".repeat(50_000)))) {
            assertThat(vector).hasSize(384);
            assertThat(cosine(vector, vector)).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void anotherTableIsAnotherModel() throws InterruptedException {
        TokenTable other = TokenTable.of(new float[] {1}, new float[384], new float[][] {new float[384]});

        assertThat(StaticEmbedder.of(other.toBytes()).id()).isNotEqualTo(table.id());
        assertThat(StaticEmbedder.load().id()).isEqualTo(table.id());
    }

    @Test
    void anInterruptEndsTheCall() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> table.embed(List.of("x"))).isInstanceOf(InterruptedException.class);
    }

    private static double cosine(float[] one, float[] other) {
        double sum = 0;
        for (int at = 0; at < one.length; at++) {
            sum += (double) one[at] * other[at];
        }
        return sum;
    }
}
