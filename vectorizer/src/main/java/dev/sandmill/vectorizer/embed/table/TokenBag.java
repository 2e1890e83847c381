package dev.sandmill.vectorizer.embed.table;

import java.util.Arrays;

/// A text as a sparse unit vector over word pieces: each piece it has, weighted by the root of how often it has it and
/// of how rare it is.
///
/// @param ids ascending, each once
/// @param weights of the ids; their squares add up to 1, but for an empty bag
record TokenBag(int[] ids, float[] weights) {
    /// @param rarity a factor for each id; ids beyond it, and those whose factor is 0, are left out
    static TokenBag of(int[] tokens, float[] rarity) {
        int[] sorted = tokens.clone();
        Arrays.sort(sorted);
        int[] ids = new int[sorted.length];
        float[] weights = new float[sorted.length];
        int count = 0;
        double squares = 0;
        for (int at = 0; at < sorted.length; ) {
            int end = at + 1;
            while (end < sorted.length && sorted[end] == sorted[at]) {
                end++;
            }
            if (sorted[at] >= 0 && sorted[at] < rarity.length && rarity[sorted[at]] > 0) {
                ids[count] = sorted[at];
                weights[count] = (float) Math.sqrt(end - at) * rarity[sorted[at]];
                squares += weights[count] * weights[count];
                count++;
            }
            at = end;
        }
        float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
        for (int at = 0; at < count; at++) {
            weights[at] *= scale;
        }
        return new TokenBag(Arrays.copyOf(ids, count), Arrays.copyOf(weights, count));
    }
}
