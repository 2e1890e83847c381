package dev.sandmill.vectorizer.embed.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Against what one works out by hand, in more columns than are fitted at once.
class RidgeFitTest {
    private static final int COLUMNS = 130;

    @Test
    void aRowGoesAsFarTowardsItsTargetAsThePullBackLetsIt() throws InterruptedException {
        List<TokenBag> bags = List.of(bag(0, 1));
        float[][] fitted = new RidgeFit(bags, 2, COLUMNS, 0.5f, 1)
                .fit(new float[][] {filled(1)}, new float[][] {filled(0.4f), filled(0.7f)}, 5);

        // (1 - 0.4) / (1 + 0.5) further; what no text has stays.
        assertThat(fitted[0]).containsExactly(filled(0.8f), within(1e-5f));
        assertThat(fitted[1]).containsExactly(filled(0.7f), within(1e-5f));
    }

    @Test
    void textsThatShareAPieceAgreeOnIt() throws InterruptedException {
        List<TokenBag> bags = List.of(bag(0, 1), bag(0, 1), bag(1, 2));
        float[][] fitted = new RidgeFit(bags, 2, COLUMNS, 1, 2)
                .fit(new float[][] {filled(3), filled(0), filled(5)}, new float[][] {filled(0), filled(0)}, 10);

        // 3 / (2 + 1) and 2 * 5 / (2 * 2 + 1)
        assertThat(fitted[0]).containsExactly(filled(1), within(1e-5f));
        assertThat(fitted[1]).containsExactly(filled(2), within(1e-5f));
    }

    private static TokenBag bag(int id, float weight) {
        return new TokenBag(new int[] {id}, new float[] {weight});
    }

    private static float[] filled(float value) {
        float[] row = new float[COLUMNS];
        Arrays.fill(row, value);
        return row;
    }
}
