package dev.sandmill.vectorizer.search;

import dev.sandmill.vectorizer.store.Found;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Puts candidates in order: vector and words together, a definition that the question names first, tests and
/// documents a little lower, and of one file no more than its best few chunks.
public final class Ranking {
    private static final int CHUNKS_PER_FILE = 2;
    private static final Comparator<Ranked> BEST_FIRST = Comparator.comparingDouble(Ranked::score)
            .reversed()
            .thenComparing(ranked -> ranked.found().repository())
            .thenComparing(ranked -> ranked.found().posting().path())
            .thenComparing(ranked -> ranked.found().posting().startLine());

    private Ranking() {}

    /// The best `limit` of the candidates, best first.
    public static List<Ranked> best(String query, List<Found> candidates, int limit) {
        double mostWords = candidates.stream().mapToDouble(Found::words).max().orElse(0);
        Question question = Question.of(query);
        List<Ranked> ranked = new ArrayList<>(candidates.size());
        for (Found found : candidates) {
            double words = mostWords > 0 ? found.words() / mostWords : 0;
            double cosine = Math.clamp(found.cosine(), 0, 1);
            double together = (1 - question.wordWeight()) * cosine + question.wordWeight() * words;
            ranked.add(new Ranked(found, Math.clamp(together * question.weightOf(found.posting()), 0, 1)));
        }
        ranked.sort(BEST_FIRST);
        return folded(ranked, limit);
    }

    private static List<Ranked> folded(List<Ranked> ranked, int limit) {
        Map<String, Integer> taken = new HashMap<>();
        List<Ranked> best = new ArrayList<>(limit);
        for (Ranked candidate : ranked) {
            String file = candidate.found().repository() + '\0' + candidate.found().posting().path();
            if (best.size() < limit && taken.merge(file, 1, Integer::sum) <= CHUNKS_PER_FILE) {
                best.add(candidate);
            }
        }
        return best;
    }
}
