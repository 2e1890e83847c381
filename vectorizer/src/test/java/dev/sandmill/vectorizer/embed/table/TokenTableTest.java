package dev.sandmill.vectorizer.embed.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenTableTest {
    private static final float[] RARITY = {1, 0.5f, 0, 1};
    private static final float[] MEAN = {0.1f, 0.2f, 0};
    private static final float[][] ROWS = {{1, 0, 0}, {0, 1, 0}, {0, 0, 0}, {-1, 0, 0.5f}};

    private final TokenTable table = TokenTable.of(RARITY, MEAN, ROWS);

    @Test
    void aVectorIsTheMeanAndTheWeightedRowsAtLengthOne() {
        float[] vector = table.vectorOf(new int[] {0, 1, 1});

        double one = 1;
        double two = Math.sqrt(2) * 0.5;
        double length = Math.sqrt(one * one + two * two);
        double x = 0.1 + one / length;
        double y = 0.2 + two / length;
        assertThat((double) vector[0]).isCloseTo(x / Math.hypot(x, y), within(1e-5));
        assertThat((double) vector[1]).isCloseTo(y / Math.hypot(x, y), within(1e-5));
    }

    @Test
    void theOrderOfTokensDoesNotMatterAndUnknownOnesAreLeftOut() {
        assertThat(table.vectorOf(new int[] {3, 0, 1})).isEqualTo(table.vectorOf(new int[] {1, 2, 3, 99, -7, 0}));
    }

    @Test
    void aTextOfNothingKnownHasTheMeansDirection() {
        assertThat(table.vectorOf(new int[] {})).isEqualTo(table.vectorOf(new int[] {2, 1_000_000}));
        assertThat(TokenTable.of(RARITY, new float[3], ROWS).vectorOf(new int[] {}))
                .containsExactly(1, 0, 0);
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        byte[] bytes = table.toBytes();
        TokenTable read = TokenTable.read(bytes);

        assertThat(read.toBytes()).isEqualTo(bytes);
        assertThat(read.vectorOf(new int[] {0, 3, 1})).isEqualTo(table.vectorOf(new int[] {0, 3, 1}));
    }

    @Test
    void everyChangedByteAndEveryCutIsNoticed() {
        byte[] bytes = table.toBytes();
        for (int at = 0; at < bytes.length; at++) {
            byte[] changed = bytes.clone();
            changed[at] ^= 0x10;
            assertThatThrownBy(() -> TokenTable.read(changed)).isInstanceOf(IllegalArgumentException.class);
            byte[] cut = Arrays.copyOf(bytes, at);
            assertThatThrownBy(() -> TokenTable.read(cut)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /// Texts whose vectors really are sums of rows that nobody tells the fit.
    @Test
    void trainingFindsRowsThatGiveUnseenTextsTheirVectors() throws InterruptedException {
        Random random = new Random(5);
        int pieces = 60;
        float[][] hidden = new float[pieces][];
        for (int id = 0; id < pieces; id++) {
            hidden[id] = gaussian(random, 16);
        }
        List<int[]> texts = new ArrayList<>();
        List<float[]> vectors = new ArrayList<>();
        for (int text = 0; text < 1_500; text++) {
            int[] tokens = random.ints(12, 0, pieces).toArray();
            texts.add(tokens);
            vectors.add(sum(tokens, hidden));
        }

        float[][] nothing = new float[pieces][];
        for (int id = 0; id < pieces; id++) {
            nothing[id] = gaussian(random, 16);
        }
        TokenTable fitted = TableTraining.fit(
                texts.subList(0, 1_400), vectors.subList(0, 1_400).toArray(float[][]::new), nothing);

        double cosines = 0;
        for (int text = 1_400; text < 1_500; text++) {
            float[] vector = fitted.vectorOf(texts.get(text));
            for (int at = 0; at < vector.length; at++) {
                cosines += vector[at] * vectors.get(text)[at];
            }
        }
        assertThat(cosines / 100).isGreaterThan(0.9);
    }

    private static float[] sum(int[] tokens, float[][] rows) {
        float[] sum = new float[rows[0].length];
        double squares = 0;
        for (int at = 0; at < sum.length; at++) {
            for (int token : tokens) {
                sum[at] += rows[token][at];
            }
            squares += sum[at] * sum[at];
        }
        for (int at = 0; at < sum.length; at++) {
            sum[at] /= (float) Math.sqrt(squares);
        }
        return sum;
    }

    private static float[] gaussian(Random random, int dimension) {
        float[] vector = new float[dimension];
        for (int at = 0; at < dimension; at++) {
            vector[at] = (float) random.nextGaussian();
        }
        return vector;
    }
}
