package dev.sandmill.vectorizer.embed.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Fits a table's rows to the texts of one repository: ridge regression that stays close to the rows there are, for the
/// pieces that these texts have; all others stay as they are. Every tenth text is kept out, and a fit that is no closer
/// to the vectors of those is none.
///
/// Takes some ten thousand rows at most, those of the table; three tables of them and, for one slice of columns, six
/// slices: some 60 MB of floats, and half a minute of one processor at the most texts.
final class TableRefit {
    static final int LEAST_TEXTS = 1_500;
    static final int MOST_TEXTS = 3_000;

    private static final int KEPT_OUT = 10;
    private static final float LAMBDA = 0.4f;
    private static final int STEPS = 10;

    private TableRefit() {}

    /// @param texts token ids of each
    /// @param vectors of the texts, by the model in whose space the table is
    static Optional<TokenTable> fit(TokenTable table, List<int[]> texts, float[][] vectors)
            throws InterruptedException {
        if (texts.size() < LEAST_TEXTS || texts.size() > MOST_TEXTS || texts.size() != vectors.length) {
            throw new IllegalArgumentException("a fit takes " + LEAST_TEXTS + " to " + MOST_TEXTS
                    + " texts with a vector each, not " + texts.size() + " with " + vectors.length);
        }
        int[] denseOf = new int[table.ids()];
        Arrays.fill(denseOf, -1);
        List<Integer> ids = new ArrayList<>();
        List<TokenBag> bags = new ArrayList<>();
        List<float[]> targets = new ArrayList<>();
        for (int text = 0; text < vectors.length; text++) {
            if (text % KEPT_OUT != 0) {
                bags.add(dense(table, table.bag(texts.get(text)), denseOf, ids));
                targets.add(table.withoutMean(vectors[text]));
            }
        }
        float[][] before = ids.stream().map(table::row).toArray(float[][]::new);
        float[][] rows = new RidgeFit(bags, before.length, table.dimension(), LAMBDA, 1)
                .fit(targets.toArray(float[][]::new), before, STEPS);
        TokenTable fitted = table.with(ids, rows);
        return closeness(fitted, texts, vectors) > closeness(table, texts, vectors)
                ? Optional.of(fitted)
                : Optional.empty();
    }

    /// The same bag by places among the rows that are fitted; pieces without a row are left out.
    private static TokenBag dense(TokenTable table, TokenBag bag, int[] denseOf, List<Integer> ids) {
        int[] places = new int[bag.ids().length];
        float[] weights = new float[places.length];
        int count = 0;
        for (int at = 0; at < places.length; at++) {
            int id = bag.ids()[at];
            if (!table.hasRow(id)) {
                continue;
            }
            if (denseOf[id] < 0) {
                denseOf[id] = ids.size();
                ids.add(id);
            }
            places[count] = denseOf[id];
            weights[count++] = bag.weights()[at];
        }
        return new TokenBag(Arrays.copyOf(places, count), Arrays.copyOf(weights, count));
    }

    /// The mean cosine to the vectors of the texts that were kept out.
    private static double closeness(TokenTable table, List<int[]> texts, float[][] vectors) {
        double sum = 0;
        for (int text = 0; text < vectors.length; text += KEPT_OUT) {
            float[] predicted = table.vectorOf(texts.get(text));
            for (int at = 0; at < predicted.length; at++) {
                sum += predicted[at] * vectors[text][at];
            }
        }
        return sum / ((vectors.length + KEPT_OUT - 1) / KEPT_OUT);
    }
}
