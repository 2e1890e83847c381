package dev.sandmill.vectorizer.embed.table;

import java.util.Arrays;
import java.util.List;

/// From texts and their vectors by the real model to a [TokenTable].
final class TableTraining {
    /// Of how rare a piece is: `a / (a + share)`, after Arora et al., "A simple but tough-to-beat baseline" (2017).
    private static final double RARITY = 3e-4;

    private static final float LAMBDA = 0.4f;
    private static final int STEPS = 20;

    private TableTraining() {}

    /// @param texts token ids of each
    /// @param vectors of the texts, by the model whose space the table is to share
    /// @param ofPieces vectors of each single piece by that model, for pieces that few texts have
    static TokenTable fit(List<int[]> texts, float[][] vectors, float[][] ofPieces) throws InterruptedException {
        int ids = ofPieces.length;
        int dimension = vectors[0].length;
        float[] rarity = rarity(texts, ids);
        List<TokenBag> bags =
                texts.stream().map(tokens -> TokenBag.of(tokens, rarity)).toList();
        float[] mean = mean(vectors);
        float[][] targets = centred(vectors, mean);
        float[][] before = scaledToFit(bags, targets, centred(ofPieces, mean(ofPieces)));
        float[][] rows = new RidgeFit(
                        bags, ids, dimension, LAMBDA, Runtime.getRuntime().availableProcessors())
                .fit(targets, before, STEPS);
        for (int id = 0; id < ids; id++) {
            if (rarity[id] == 0) {
                rows[id] = new float[dimension];
            }
        }
        return TokenTable.of(rarity, mean, rows);
    }

    /// 0 for a piece that no text has.
    private static float[] rarity(List<int[]> texts, int ids) {
        long[] counts = new long[ids];
        long all = 0;
        for (int[] text : texts) {
            for (int id : text) {
                counts[id]++;
                all++;
            }
        }
        float[] rarity = new float[ids];
        for (int id = 0; id < ids; id++) {
            double share = counts[id] / (double) all;
            rarity[id] = counts[id] == 0 ? 0 : (float) Math.sqrt(RARITY / (RARITY + share));
        }
        return rarity;
    }

    private static float[] mean(float[][] vectors) {
        double[] sum = new double[vectors[0].length];
        for (float[] vector : vectors) {
            for (int at = 0; at < sum.length; at++) {
                sum[at] += vector[at];
            }
        }
        float[] mean = new float[sum.length];
        for (int at = 0; at < sum.length; at++) {
            mean[at] = (float) (sum[at] / vectors.length);
        }
        return mean;
    }

    private static float[][] centred(float[][] vectors, float[] mean) {
        float[][] centred = new float[vectors.length][mean.length];
        for (int row = 0; row < vectors.length; row++) {
            for (int at = 0; at < mean.length; at++) {
                centred[row][at] = vectors[row][at] - mean[at];
            }
        }
        return centred;
    }

    /// The pieces' rows times the one factor that brings their sums closest to the targets.
    private static float[][] scaledToFit(List<TokenBag> bags, float[][] targets, float[][] pieces) {
        double across = 0;
        double along = 0;
        float[] sum = new float[targets[0].length];
        for (int text = 0; text < bags.size(); text++) {
            Arrays.fill(sum, 0);
            TokenBag bag = bags.get(text);
            for (int at = 0; at < bag.ids().length; at++) {
                for (int column = 0; column < sum.length; column++) {
                    sum[column] += bag.weights()[at] * pieces[bag.ids()[at]][column];
                }
            }
            for (int column = 0; column < sum.length; column++) {
                across += sum[column] * targets[text][column];
                along += sum[column] * sum[column];
            }
        }
        float factor = (float) (across / along);
        float[][] scaled = new float[pieces.length][sum.length];
        for (int row = 0; row < pieces.length; row++) {
            for (int column = 0; column < sum.length; column++) {
                scaled[row][column] = factor * pieces[row][column];
            }
        }
        return scaled;
    }
}
