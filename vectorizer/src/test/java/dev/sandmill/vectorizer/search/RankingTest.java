package dev.sandmill.vectorizer.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Found;
import dev.sandmill.vectorizer.store.Posting;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RankingTest {
    @Test
    void theNearerInMeaningComesFirst() {
        assertThat(paths("how to parse a date", found("far.py", null, 0.3, 5), found("near.py", null, 0.6, 5)))
                .containsExactly("near.py", "far.py");
    }

    @Test
    void wordsDecideWhereMeaningDoesNot() {
        assertThat(paths("how to parse a date", found("a.py", null, 0.5, 0), found("b.py", null, 0.5, 9)))
                .containsExactly("b.py", "a.py");
    }

    @Test
    void aNameThatIsAskedForBeatsWhatIsOnlyLikeIt() {
        assertThat(paths("RetryPolicy", found("a.java", "Backoff", 0.7, 8), found("b.java", "RetryPolicy", 0.6, 8)))
                .containsExactly("b.java", "a.java");
        assertThat(paths(
                        "where does RetryPolicy wait",
                        found("a.java", "Backoff", 0.6, 8),
                        found("b.java", "x.RetryPolicy", 0.5, 8)))
                .containsExactly("b.java", "a.java");
    }

    @Test
    void aWordOfASentenceIsNoName() {
        assertThat(paths(
                        "how to wait for a lock", found("a.java", "wait", 0.5, 3), found("b.java", "acquire", 0.55, 3)))
                .containsExactly("b.java", "a.java");
    }

    @Test
    void wordsWeighTheSameForSketchesAndExactRowsOfOneAnswer() {
        Found exact = found("a.java", null, 0.5, 15);
        Found sketch = asSketch(found("b.java", null, 0.5, 15));

        List<Ranked> ranked = Ranking.best("q q", List.of(exact, sketch), 2);

        assertThat(ranked.getFirst().score()).isEqualTo(ranked.getLast().score());
    }

    @Test
    void testsComeAfterCodeUnlessAskedFor() {
        Found test = found("src/test/PoolTest.java", null, 0.52, 3);
        Found code = found("src/main/Pool.java", null, 0.5, 3);

        assertThat(paths("lease a container", test, code)).startsWith("src/main/Pool.java");
        assertThat(paths("test that leases a container", test, code)).startsWith("src/test/PoolTest.java");
    }

    @Test
    void aFileHasAtMostTwoPlaces() {
        List<Found> candidates = IntStream.range(0, 10)
                .mapToObj(line -> found(line < 8 ? "a.py" : "b.py", null, 0.9 - line * 0.05, 0))
                .toList();

        assertThat(Ranking.best("q q", candidates, 10))
                .extracting(ranked -> ranked.found().posting().path())
                .containsExactly("a.py", "a.py", "b.py", "b.py");
    }

    @Test
    void ofTwoThatAreAboutAsNearTheOneThatIsNearToEverythingComesLater() {
        List<Found> candidates = new ArrayList<>();
        IntStream.range(0, 20).forEach(at -> candidates.add(row("crowd" + at, "c" + at, 0.3, 0)));
        candidates.add(row("hub", "h", 0.55, 0));
        candidates.add(row("alone", "a", 0.5, 1));

        assertThat(paths("how to parse a date", candidates)).startsWith("alone", "hub");
        assertThat(paths("parseDate", candidates)).startsWith("hub", "alone");
    }

    @Test
    void copiesOfATextAreNotItsNeighbours() {
        List<Found> candidates = new ArrayList<>();
        IntStream.range(0, 20).forEach(at -> candidates.add(row("copy" + at, "same", 0.55, 0)));
        candidates.add(row("alone", "a", 0.5, 1));

        assertThat(paths("how to parse a date", candidates))
                .element(0)
                .asString()
                .startsWith("copy");
    }

    @Test
    void manyCandidatesAreComparedWithSomeOfThem() {
        List<Found> candidates = IntStream.range(0, 900)
                .mapToObj(at -> row(at + ".py", "f" + at, at / 1_000.0, at % 15))
                .toList();

        assertThat(paths("how to parse a date", candidates)).startsWith("899.py", "898.py");
    }

    @Test
    void scoresLieBetweenZeroAndOneAndFall() {
        List<Found> candidates = List.of(
                found("a.py", "x", 1, 1e9),
                found("b.py", "y", -1, 0),
                found("c.py", "z", 0.2, 3),
                found("d.py", null, 0.4, 0));

        List<Double> scores =
                Ranking.best("x", candidates, 10).stream().map(Ranked::score).toList();

        assertThat(scores)
                .hasSize(4)
                .allMatch(score -> score >= 0 && score <= 1)
                .isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }

    @Test
    void theLimitIsKept() {
        List<Found> candidates = IntStream.range(0, 50)
                .mapToObj(at -> found(at + ".py", null, 0.5, 1))
                .toList();

        assertThat(Ranking.best("q q", candidates, 7)).hasSize(7);
        assertThat(Ranking.best("q q", List.of(), 7)).isEmpty();
    }

    private static List<String> paths(String query, Found... candidates) {
        return paths(query, List.of(candidates));
    }

    private static List<String> paths(String query, List<Found> candidates) {
        return Ranking.best(query, candidates, 10).stream()
                .map(ranked -> ranked.found().posting().path())
                .toList();
    }

    private static Found found(String path, @Nullable String symbol, double cosine, double words) {
        return new Found("r", "c", posting(path, symbol, "f"), cosine, words, Fidelity.EXACT, new float[] {1});
    }

    private static Posting posting(String path, @Nullable String symbol, String fingerprint) {
        return new Posting(path, "b", 1, 2, symbol, "function", "java", fingerprint, "text", "");
    }

    private static Found asSketch(Found found) {
        return new Found(
                found.repository(),
                found.commit(),
                found.posting(),
                found.cosine(),
                found.words(),
                Fidelity.SKETCH,
                found.vector());
    }

    /// @param axis of twenty; rows of one axis are neighbours
    private static Found row(String path, String fingerprint, double cosine, int axis) {
        float[] vector = new float[20];
        vector[axis] = 1;
        return new Found("r", "c", posting(path, null, fingerprint), cosine, 0, Fidelity.EXACT, vector);
    }
}
