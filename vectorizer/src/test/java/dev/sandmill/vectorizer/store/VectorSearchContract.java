package dev.sandmill.vectorizer.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What every store has to find.
public abstract class VectorSearchContract extends StoreFixture {
    @Test
    void aPostingComesBackAsItWas() {
        Posting posting = new Posting(
                "dir/ü 'x'.py",
                "blob",
                3,
                9,
                "Pool.lease",
                "method",
                "python",
                "f1",
                "def lease():\r\n\t\0\u001b😀",
                "class Pool");
        store.replaceFile(MAIN, posting.path(), List.of(new Entry(posting, EAST)));
        store.commit(MAIN, "c1");

        List<Found> found = store.search("t1", probe(EAST, "lease"));

        assertThat(found).singleElement().satisfies(hit -> {
            assertThat(hit.repository()).isEqualTo("repo");
            assertThat(hit.commit()).isEqualTo("c1");
            assertThat(hit.posting()).isEqualTo(posting);
            assertThat(hit.cosine()).isBetween(0.999, 1.001);
            assertThat(hit.words()).isPositive();
        });
    }

    @Test
    void aSketchIsFoundBesideExactRowsAndSaysThatItIsOne() {
        put("exact", "alpha", EAST);
        sketch("sketched", "beta", EAST);
        store.commit(MAIN, "c1");

        List<Found> found = store.search("t1", probe(EAST, "gamma"));

        assertThat(found)
                .extracting(hit -> hit.posting().path() + " " + hit.fidelity())
                .containsExactlyInAnyOrder("exact EXACT", "sketched SKETCH");
        assertThat(found).allSatisfy(hit -> assertThat(hit.cosine()).isBetween(0.999, 1.001));
        assertThat(store.held(MAIN, "sketched")).extracting(Held::fidelity).containsExactly(Fidelity.SKETCH);
        assertThat(store.watermark("t1", "repo")).contains(new Watermark("main", "c1", 2, 2, 1));
    }

    @Test
    void theNearestVectorsAndTheBestWordsAreBothBroughtWithBothScores() {
        put("near", "alpha", EAST);
        put("named", "needle", NORTH);
        store.commit(MAIN, "c1");

        List<Found> found = store.search("t1", probe(EAST, "needle"));

        assertThat(found).hasSize(2);
        assertThat(cosineOf("near", found)).isGreaterThan(cosineOf("named", found));
        assertThat(wordsOf("near", found)).isZero();
        assertThat(wordsOf("named", found)).isPositive();
    }

    @Test
    void wordsThatAChunkSumsItselfUpByCountMore() {
        put("inTheComment", "# needle alpha\nx = 1", EAST);
        put("inTheCode", "x = 1\nneedle = alpha", EAST);
        store.commit(MAIN, "c1");

        List<Found> found = store.search("t1", probe(EAST, "needle"));

        assertThat(wordsOf("inTheComment", found)).isGreaterThan(wordsOf("inTheCode", found));
    }

    @Test
    void changesAreSearchableWithTheirCommitAndNotBefore() {
        put("a", "x", EAST);
        assertThat(store.search("t1", probe(EAST, "x"))).isEmpty();

        store.commit(MAIN, "c1");
        put("b", "x", EAST);

        assertThat(store.search("t1", probe(EAST, "x")))
                .extracting(hit -> hit.posting().path())
                .containsExactly("a");
    }

    @Test
    void filtersNarrowTheSearch() {
        Partition other = new Partition("t1", "other", "main");
        put("src/a", "x", EAST);
        put("lib/b", "x", EAST);
        store.replaceFile(other, "src/c", List.of(entry("src/c", "x", EAST, "go")));
        store.commit(MAIN, "c1");
        store.commit(other, "c9");

        assertThat(paths(new Probe(EAST, "x", List.of("repo"), List.of(), null, 10)))
                .containsExactlyInAnyOrder("src/a", "lib/b");
        assertThat(paths(new Probe(EAST, "x", List.of(), List.of("go"), null, 10)))
                .containsExactly("src/c");
        assertThat(paths(new Probe(EAST, "x", List.of(), List.of(), "src/", 10)))
                .containsExactlyInAnyOrder("src/a", "src/c");
        assertThat(paths(new Probe(EAST, "x", List.of("repo"), List.of(), "src/", 10)))
                .containsExactly("src/a");
        assertThat(paths(new Probe(EAST, "x", List.of("none"), List.of(), null, 10)))
                .isEmpty();
    }

    @Test
    void tenantsDoNotSeeEachOther() {
        Partition theirs = new Partition("t2", "repo", "main");
        put("mine", "x", EAST);
        store.commit(MAIN, "c1");
        store.replaceFile(theirs, "theirs", List.of(entry("theirs", "x", EAST)));
        store.commit(theirs, "c2");

        assertThat(paths("t1")).containsExactly("mine");
        assertThat(paths("t2")).containsExactly("theirs");
        assertThat(paths("t3")).isEmpty();
        store.drop("t2", "repo");
        assertThat(paths("t1")).containsExactly("mine");
        assertThat(store.watermark("t1", "repo")).isPresent();
    }

    @Test
    void onlyTheNewestBranchOfARepositoryIsSearched() {
        Partition feature = new Partition("t1", "repo", "feature");
        put("a", "x", EAST);
        store.commit(MAIN, "c1");
        store.replaceFile(feature, "b", List.of(entry("b", "x", EAST)));
        store.commit(feature, "c2");

        assertThat(paths("t1")).containsExactly("b");
        assertThat(store.paths(MAIN)).containsExactly("a");
    }

    @Test
    void aQuestionIsNeverQuerySyntax() {
        put("a", "x", EAST);
        store.commit(MAIN, "c1");

        for (String hostile :
                List.of("\" OR *:* --", "path:/etc/[", "(((", "x~9999 AND NOT", "\0\uD800", "*", "x ".repeat(50_000))) {
            assertThat(store.search("t1", probe(EAST, hostile))).as(hostile).hasSize(1);
        }
    }

    @Test
    void aThousandVectorsAreFoundByTheirNeighbourhood() {
        Random random = new Random(7);
        float[][] vectors = new float[1_000][];
        for (int at = 0; at < vectors.length; at++) {
            vectors[at] = unit(random);
            put("file" + at, "word" + at, vectors[at]);
        }
        store.commit(MAIN, "c1");

        for (int at = 0; at < vectors.length; at += 50) {
            String path = "file" + at;
            assertThat(store.search("t1", probe(vectors[at], "nothing")))
                    .anySatisfy(hit -> assertThat(hit.posting().path()).isEqualTo(path));
        }
    }

    private static float[] unit(Random random) {
        float[] vector = new float[4];
        double squares = 0;
        for (int at = 0; at < vector.length; at++) {
            vector[at] = (float) random.nextGaussian();
            squares += vector[at] * vector[at];
        }
        for (int at = 0; at < vector.length; at++) {
            vector[at] /= (float) Math.sqrt(squares);
        }
        return vector;
    }
}
