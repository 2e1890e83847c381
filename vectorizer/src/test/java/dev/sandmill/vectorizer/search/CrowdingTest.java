package dev.sandmill.vectorizer.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Found;
import dev.sandmill.vectorizer.store.Posting;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// Rows are unit vectors of two numbers, so that what lies between two of them is an angle's cosine.
class CrowdingTest {
    private static final Offset<Double> ROUNDING = within(1e-6);

    @Test
    void itIsTheMeanCosineToTheNeighboursLessWhatAllHave() {
        double[] crowding = Crowding.of(List.of(row("a", 0, 0.5), row("b", 60, 0.5), row("c", 90, 0.5)));

        double a = (cosine(60) + cosine(90)) / 2;
        double b = (cosine(60) + cosine(30)) / 2;
        double c = (cosine(90) + cosine(30)) / 2;
        double mean = (a + b + c) / 3;
        assertThat(crowding).containsExactly(new double[] {a - mean, b - mean, c - mean}, ROUNDING);
    }

    @Test
    void theFifteenNearestCountWhateverTheirOrder() {
        List<Found> candidates = new ArrayList<>();
        candidates.add(row("asked", 0, 0.5));
        for (int at = 0; at < 20; at++) {
            // Far ones and near ones in turn: 90, 1, 90, 2, ... degrees away.
            candidates.add(row("far" + at, 90, 0.5));
            candidates.add(row("near" + at, at + 1, 0.5));
        }

        double nearest = 0;
        for (int degrees = 1; degrees <= 15; degrees++) {
            nearest += cosine(degrees) / 15;
        }
        double[] crowding = Crowding.of(candidates);
        // Each far one has 19 others at its own place, so that its neighbours are as near as can be.
        assertThat(crowding[0] - crowding[1]).isCloseTo(nearest - 1, ROUNDING);
    }

    @Test
    void onlyTheHundredAndFiftyNearestToTheQuestionAreLookedAt() {
        List<Found> candidates = new ArrayList<>();
        candidates.add(row("asked", 0, 0.1));
        // As near to it as can be, and of all rows the farthest from the question.
        for (int at = 0; at < 20; at++) {
            candidates.add(row("twin" + at, 0, 0.01));
        }
        for (int at = 0; at < 150; at++) {
            candidates.add(row("other" + at, 60, 0.9));
        }

        double[] crowding = Crowding.of(candidates);

        assertThat(crowding[0] - crowding[candidates.size() - 1]).isCloseTo(cosine(60) - 1, ROUNDING);
    }

    @Test
    void aRowAloneOrNoneIsNotCrowded() {
        assertThat(Crowding.of(List.of())).isEmpty();
        assertThat(Crowding.of(List.of(row("a", 0, 0.5)))).containsExactly(0);
        assertThat(Crowding.of(List.of(row("same", 0, 0.5), row("same", 0, 0.4))))
                .containsExactly(0, 0);
    }

    private static double cosine(int degrees) {
        return Math.cos(Math.toRadians(degrees));
    }

    private static Found row(String fingerprint, int degrees, double toTheQuestion) {
        Posting posting = new Posting(fingerprint, "b", 1, 2, null, "function", "java", fingerprint, "text", "");
        float[] vector = {(float) cosine(degrees), (float) Math.sin(Math.toRadians(degrees))};
        return new Found("r", "c", posting, toTheQuestion, 0, Fidelity.EXACT, vector);
    }
}
