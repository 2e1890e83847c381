package dev.sandmill.vectorizer.search;

import dev.sandmill.vectorizer.store.Found;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.util.VectorUtil;

/// How close each candidate of an answer lies to its nearest neighbours among them. In a space of many dimensions some
/// rows, the general ones, are near to every question ("hubs": Radovanović et al., 2010); what they are nearer to than
/// the others by that says nothing. Taking part of it off is local scaling (Conneau et al., "Word translation without
/// parallel data", 2018).
final class Crowding {
    private static final int NEIGHBOURS = 15;
    /// Each candidate is compared with so many, those nearest to the question: 300 of 900 would take some ten
    /// milliseconds.
    private static final int COMPARED = 150;

    private Crowding() {}

    /// For each candidate the mean cosine to its neighbours, less the mean of that over all candidates. Copies of a
    /// text are not their own neighbours: the right answer may lie in a tree many times.
    static double[] of(List<Found> candidates) {
        List<Found> compared = candidates.stream()
                .sorted(Comparator.comparingDouble(Found::cosine).reversed())
                .limit(COMPARED)
                .toList();
        double[] crowding =
                candidates.stream().mapToDouble(row -> amid(row, compared)).toArray();
        double mean = Arrays.stream(crowding).average().orElse(0);
        for (int at = 0; at < crowding.length; at++) {
            crowding[at] -= mean;
        }
        return crowding;
    }

    private static double amid(Found row, List<Found> others) {
        double[] nearest = new double[NEIGHBOURS];
        int count = 0;
        for (Found other : others) {
            if (other.posting().fingerprint().equals(row.posting().fingerprint())) {
                continue;
            }
            double cosine = VectorUtil.dotProduct(row.vector(), other.vector());
            if (count == NEIGHBOURS && cosine <= nearest[NEIGHBOURS - 1]) {
                continue;
            }
            int at = count < NEIGHBOURS ? count++ : NEIGHBOURS - 1;
            while (at > 0 && nearest[at - 1] < cosine) {
                nearest[at] = nearest[at - 1];
                at--;
            }
            nearest[at] = cosine;
        }
        return Arrays.stream(nearest, 0, count).average().orElse(0);
    }
}
