package dev.sandmill.vectorizer.search;

import dev.sandmill.vectorizer.store.Fidelity;
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
/// nowhere loses nothing. Weights come from CoSQA's development half: .538 MRR, .609 nDCG at 10, against .529 and
/// .600 by MiniLM's vectors alone; words weigh more beside the token table's, which are less sure.
///
/// Sketches and exact vectors in one answer are compared as they are: the table is fitted in the model's own space, and
/// neither an affine calibration nor ranks of each kind taken in turn found more. What matters is that words weigh the
/// same for all rows of an answer: the more of its candidates are sketches, the more.
public final class Ranking {
    /// Of words in sentences, beside vectors of a language model.
    static final double BESIDE_MODEL = 0.45;

    /// Of words in sentences, beside sums of token rows.
    static final double BESIDE_TABLE = 0.8;

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
        double wordWeight = question.isName() ? WORD_WEIGHT_OF_NAMES : besideVectors(candidates);
        List<Ranked> ranked = new ArrayList<>(candidates.size());
        for (Found found : candidates) {
            double words = found.words() / (found.words() + WORDS_AT_HALF);
            double together = (found.cosine() + wordWeight * words) / (1 + wordWeight);
            ranked.add(new Ranked(found, Math.clamp(together * question.weightOf(found.posting()), 0, 1)));
        }
        ranked.sort(BEST_FIRST);
        return folded(ranked, limit);
    }

    /// What words weigh in a sentence, where the vector weighs 1.
    private static double besideVectors(List<Found> candidates) {
        long sketches = candidates.stream()
                .filter(found -> found.fidelity() == Fidelity.SKETCH)
                .count();
        double share = candidates.isEmpty() ? 0 : (double) sketches / candidates.size();
        return BESIDE_MODEL + share * (BESIDE_TABLE - BESIDE_MODEL);
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
