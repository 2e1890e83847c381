package dev.sandmill.vectorizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.SearchQuery;
import java.util.List;
import org.junit.jupiter.api.Test;

class IndexPipelineTest extends PipelineFixture {
    @Test
    void theFirstTimeEverythingIsEmbedded() throws InterruptedException {
        BatchReport report = apply(put("a.py", functions("one", "two", "three")), put("b.py", functions("four")));

        assertThat(report.indexedFiles()).isEqualTo(2);
        assertThat(report.chunks()).isEqualTo(4).isEqualTo(report.embedded());
        assertThat(report.reused()).isZero();
        assertThat(report.deleted()).isZero();
        assertThat(embedder.embedded).hasSize(4);
    }

    @Test
    void withoutASecretTheCacheIsLeftAlone() throws InterruptedException {
        secret = null;

        BatchReport report = apply(put("a.py", functions("one", "two")));

        assertThat(report.failures()).isEmpty();
        assertThat(embedder.embedded).hasSize(2);
        assertThat(cache.values).isEmpty();
    }

    @Test
    void theSecondTimeNothingIsEmbeddedEvenByAForgetfulCache() throws InterruptedException {
        apply(put("a.py", functions("one", "two")));
        cache.values.clear();

        BatchReport report = apply(put("a.py", functions("one", "two")));

        assertThat(report).isEqualTo(new BatchReport(1, List.of(), List.of(), 2, 0, 2, 0, 0));
    }

    @Test
    void anEditEmbedsOnlyTheChunkThatChanged() throws InterruptedException {
        apply(put("a.py", functions("one", "two", "three")));

        BatchReport report = apply(put("a.py", functions("one", "changed", "three")));

        assertThat(report).isEqualTo(new BatchReport(1, List.of(), List.of(), 3, 1, 2, 1, 0));
    }

    @Test
    void shiftedLinesEmbedNothingAndMoveThePostings() throws InterruptedException {
        apply(put("a.py", functions("one", "two")));

        BatchReport report = apply(put("a.py", "\n\n\n\n" + functions("one", "two")));

        assertThat(report.embedded()).isZero();
        assertThat(report.deleted()).isZero();
        store.commit(PARTITION, "c");
        assertThat(new SearchPipeline(embedder, store, "words")
                        .search("t", new SearchQuery("two", List.of(), List.of(), null, 1))
                        .hits())
                .singleElement()
                .satisfies(hit -> assertThat(hit.snippet()).contains("def two"));
    }

    @Test
    void aRenameEmbedsNothingWhicheverHalfComesFirst() throws InterruptedException {
        apply(put("a.py", functions("one", "two")));
        cache.values.clear();

        BatchReport there = apply(put("b.py", functions("one", "two")), new FileChange.Remove("a.py"));
        BatchReport back = apply(new FileChange.Remove("b.py"), put("a.py", functions("one", "two")));

        assertThat(there).isEqualTo(new BatchReport(1, List.of(), List.of(), 2, 0, 2, 2, 0));
        assertThat(back).isEqualTo(new BatchReport(1, List.of(), List.of(), 2, 0, 2, 2, 0));
        assertThat(store.paths(PARTITION)).containsExactly("a.py");
    }

    @Test
    void aRemovedFileLeavesWithAllItsChunks() throws InterruptedException {
        apply(put("a.py", functions("one", "two")), put("b.py", functions("three")));

        BatchReport report = apply(new FileChange.Remove("a.py"), new FileChange.Remove("never-there.py"));

        assertThat(report).isEqualTo(new BatchReport(0, List.of(), List.of(), 0, 0, 0, 2, 0));
        assertThat(store.paths(PARTITION)).containsExactly("b.py");
    }

    @Test
    void equalChunksOfABatchAreEmbeddedOnce() throws InterruptedException {
        BatchReport report = apply(put("a.py", functions("same")), put("b.py", functions("same")));

        assertThat(report).isEqualTo(new BatchReport(2, List.of(), List.of(), 2, 1, 1, 0, 0));
    }

    @Test
    void whatTheCacheKnowsIsNotEmbedded() throws InterruptedException {
        apply(put("a.py", functions("one")));
        store.drop("t", "repo");

        assertThat(apply(put("z.py", functions("one"))).reused()).isEqualTo(1);
        assertThat(embedder.embedded).hasSize(1);
    }

    @Test
    void aDamagedCachedVectorIsAMissThatIsCounted() throws InterruptedException {
        apply(put("a.py", functions("one")));
        store.drop("t", "repo");
        cache.values.values().forEach(bytes -> bytes[bytes.length / 2] ^= 1);

        assertThat(apply(put("a.py", functions("one"))).embedded()).isEqualTo(1);
        assertThat(vectors.damaged()).isEqualTo(1);
    }
}
