package dev.sandmill.vectorizer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What every store has to do with what is written.
public abstract class VectorStoreContract extends StoreFixture {
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
}
