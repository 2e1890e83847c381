package dev.sandmill.vectorizer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every store has to do.
public abstract class VectorStoreContract {
    protected static final Partition MAIN = new Partition("t1", "repo", "main");
    protected static final float[] EAST = {1, 0, 0, 0};
    protected static final float[] NORTH = {0, 1, 0, 0};

    @TempDir
    protected Path folder;

    protected VectorStore store;

    /// A store over `folder`, with what was committed there before.
    protected abstract VectorStore open();

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    protected void reopen() {
        store.close();
        store = open();
    }

    @Test
    void whatWasNeverWrittenIsEmpty() {
        assertThat(store.watermark("t1", "repo")).isEmpty();
        assertThat(store.paths(MAIN)).isEmpty();
        assertThat(store.held(MAIN, "a")).isEmpty();
        assertThat(store.search("t1", probe(EAST, "x"))).isEmpty();
        store.drop("t1", "repo");
        assertThat(store.problem()).isEmpty();
    }

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
    void filesWithSketchesAreListedUntilTheirRowsAreExact() {
        put("exact", "alpha", EAST);
        for (String path : List.of("a", "b", "c")) {
            sketch(path, "text of " + path, NORTH);
        }

        assertThat(sketched(Set.of(), 10)).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(sketched(Set.of("b"), 10)).containsExactlyInAnyOrder("a", "c");
        assertThat(sketched(Set.of(), 2)).hasSize(2);

        List<Entry> rows = store.rows(MAIN, "a");
        assertThat(rows).singleElement().satisfies(row -> {
            assertThat(row.fidelity()).isEqualTo(Fidelity.SKETCH);
            assertThat(row.posting().text()).isEqualTo("text of a");
        });
        store.replaceFile(MAIN, "a", List.of(new Entry(rows.getFirst().posting(), EAST, Fidelity.EXACT)));
        store.commit(MAIN, "c1");

        assertThat(sketched(Set.of(), 10)).containsExactlyInAnyOrder("b", "c");
        assertThat(store.sketched(MAIN, Set.of("b"), 10))
                .containsExactly(new SketchedFile("c", "blob", List.of("text of c")));
        assertThat(cosineOf("a", store.search("t1", probe(EAST, "x")))).isGreaterThan(0.99);
    }

    private List<String> sketched(Set<String> except, int limit) {
        return store.sketched(MAIN, except, limit).stream()
                .map(SketchedFile::path)
                .toList();
    }

    private void sketch(String path, String text, float[] vector) {
        store.replaceFile(
                MAIN, path, List.of(new Entry(entry(path, text, vector).posting(), vector, Fidelity.SKETCH)));
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
    void theWatermarkCountsWhatIsThere() {
        put("a", "x", EAST);
        store.replaceFile(MAIN, "b", List.of(entry("b", "y", EAST), entry("b", "z", NORTH)));
        store.commit(MAIN, "c1");
        assertThat(store.watermark("t1", "repo")).contains(new Watermark("main", "c1", 2, 3, 0));

        store.replaceFile(MAIN, "b", List.of());
        store.commit(MAIN, "c2");
        assertThat(store.watermark("t1", "repo")).contains(new Watermark("main", "c2", 1, 1, 0));
    }

    @Test
    void aFileReplacedHasOnlyItsNewPostings() {
        put("a", "old", EAST);
        put("a", "new", NORTH);
        store.commit(MAIN, "c1");

        assertThat(store.held(MAIN, "a")).extracting(Held::fingerprint).containsExactly("new");
        assertThat(store.search("t1", probe(EAST, "old new"))).hasSize(1);
        assertThat(store.paths(MAIN)).containsExactly("a");
    }

    @Test
    void applyingTheSameAgainChangesNothing() {
        put("a", "x", EAST);
        store.commit(MAIN, "c1");
        put("a", "x", EAST);
        store.commit(MAIN, "c1");

        assertThat(store.watermark("t1", "repo")).contains(new Watermark("main", "c1", 1, 1, 0));
        assertThat(store.search("t1", probe(EAST, "x"))).hasSize(1);
    }

    @Test
    void pendingChangesAreHeldAndListed() {
        put("a", "x", NORTH);

        assertThat(store.paths(MAIN)).containsExactly("a");
        assertThat(store.held(MAIN, "a"))
                .singleElement()
                .satisfies(held -> assertThat(held.vector()).containsExactly(NORTH));
    }

    @Test
    void pathsThatBeginAlikeAreDifferentFiles() {
        put("a", "x", EAST);
        put("a/b", "y", EAST);
        put("ab", "z", EAST);
        store.replaceFile(MAIN, "a", List.of());
        store.commit(MAIN, "c1");

        assertThat(store.paths(MAIN)).containsExactlyInAnyOrder("a/b", "ab");
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
    void aDroppedRepositoryIsGoneOnEveryBranch() {
        Partition feature = new Partition("t1", "repo", "feature");
        put("a", "x", EAST);
        store.commit(MAIN, "c1");
        store.replaceFile(feature, "b", List.of(entry("b", "x", EAST)));
        store.commit(feature, "c2");

        store.drop("t1", "repo");
        reopen();

        assertThat(store.watermark("t1", "repo")).isEmpty();
        assertThat(store.paths(MAIN)).isEmpty();
        assertThat(store.paths(feature)).isEmpty();
        assertThat(paths("t1")).isEmpty();
    }

    @Test
    void whatIsCommittedOutlivesTheProcess() {
        put("a", "x", EAST);
        store.commit(MAIN, "c1");
        put("b", "y", EAST);

        reopen();

        assertThat(store.watermark("t1", "repo")).contains(new Watermark("main", "c1", 1, 1, 0));
        assertThat(store.paths(MAIN)).containsExactly("a");
        assertThat(paths("t1")).containsExactly("a");
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
    void namesWithANulAreRefused() {
        assertThatThrownBy(() -> new Partition("t1", "a\0b", "main")).hasMessageContaining("NUL");
        assertThatThrownBy(() -> new Partition("t1", "", "main")).hasMessageContaining("repository");
    }

    @Test
    void aClosedStoreSaysSo() {
        store.close();

        assertThatThrownBy(() -> store.paths(MAIN))
                .isInstanceOf(StoreFailedException.class)
                .hasMessageContaining("closed");
        assertThat(store.problem()).isPresent();
    }

    protected void put(String path, String text, float[] vector) {
        store.replaceFile(MAIN, path, List.of(entry(path, text, vector)));
    }

    protected static Entry entry(String path, String text, float[] vector) {
        return entry(path, text, vector, "python");
    }

    private static Entry entry(String path, String text, float[] vector, String language) {
        return new Entry(
                new Posting(path, "blob", 1, 1, null, "text", language, text, text, ""), Arrays.copyOf(vector, 4));
    }

    protected static Probe probe(float[] vector, String text) {
        return new Probe(vector, text, List.of(), List.of(), null, 10);
    }

    private List<String> paths(String tenant) {
        return store.search(tenant, probe(EAST, "x")).stream()
                .map(hit -> hit.posting().path())
                .toList();
    }

    private List<String> paths(Probe probe) {
        return store.search("t1", probe).stream()
                .map(hit -> hit.posting().path())
                .toList();
    }

    private static double cosineOf(String path, List<Found> found) {
        return of(path, found).cosine();
    }

    private static double wordsOf(String path, List<Found> found) {
        return of(path, found).words();
    }

    private static Found of(String path, List<Found> found) {
        return found.stream()
                .filter(hit -> hit.posting().path().equals(path))
                .findFirst()
                .orElseThrow();
    }
}
