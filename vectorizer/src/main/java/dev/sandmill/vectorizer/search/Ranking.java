package dev.sandmill.vectorizer.search;

import dev.sandmill.vectorizer.store.Found;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Puts candidates in order: vector and words together, a definition that the question names first, tests and
/// documents a little lower, and of one file no more than its best few chunks.
///
/// Words count as `w / (w + K)`, so that many common words do not outweigh the meaning, and a question whose words are
/// nowhere loses nothing. Of the meaning, a part of how close a row lies to others is taken off ([Crowding]). Both
/// weights, and the number of neighbours, hold for sketches and exact rows alike: chosen on CoSQA's development half
/// and
/// on a tree of Java, `DECISIONS.md` has the figures.
///
/// Sketches and exact vectors in one answer are compared as they are: the table is fitted in the model's own space, and
/// neither an affine calibration nor ranks of each kind taken in turn found more.
public final class Ranking {
    /// Of words in sentences, where the vector weighs 1.
    private static final double WORD_WEIGHT = 0.6;

    /// Of what a row is nearer to its neighbours than others are to theirs.
    private static final double CROWDED = 0.2;

    private static final int CHUNKS_PER_FILE = 2;
    private static final double WORDS_AT_HALF = 30;
    private static final double WORD_WEIGHT_OF_NAMES = 2;
    private static final Comparator<Ranked> BEST_FIRST = Comparator.comparingDouble(Ranked::score)
            .reversed()
            .thenComparing(ranked -> ranked.found().repository())
            .thenComparing(ranked -> ranked.found().posting().path())
            .thenComparing(ranked -> ranked.found().posting().startLine());

    private Ranking() {}

    /// The best `limit` of the candidates, best first.
    public static List<Ranked> best(String query, List<Found> candidates, int limit) {
        Question question = Question.of(query);
        double wordWeight = question.isName() ? WORD_WEIGHT_OF_NAMES : WORD_WEIGHT;
        // A name is looked for as it is written; what lies beside it does not matter.
        double[] crowding = question.isName() ? new double[candidates.size()] : Crowding.of(candidates);
        List<Ranked> ranked = new ArrayList<>(candidates.size());
        for (int at = 0; at < crowding.length; at++) {
            Found found = candidates.get(at);
            double words = found.words() / (found.words() + WORDS_AT_HALF);
            double meaning = found.cosine() - CROWDED * crowding[at];
            double together = (meaning + wordWeight * words) / (1 + wordWeight);
            ranked.add(new Ranked(found, Math.clamp(together * question.weightOf(found.posting()), 0, 1)));
        }
        ranked.sort(BEST_FIRST);
        return folded(ranked, limit);
    }

    private static List<Ranked> folded(List<Ranked> ranked, int limit) {
        Map<String, Integer> taken = new HashMap<>();
        List<Ranked> best = new ArrayList<>(limit);
        for (Ranked candidate : ranked) {
            String file = candidate.found().repository()
                    + '\0'
                    + candidate.found().posting().path();
            if (best.size() < limit && taken.merge(file, 1, Integer::sum) <= CHUNKS_PER_FILE) {
                best.add(candidate);
            }
        }
        return best;
    }
}
