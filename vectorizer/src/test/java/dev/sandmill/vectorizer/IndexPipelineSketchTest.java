package dev.sandmill.vectorizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Content;
import dev.sandmill.vectorizer.store.Entry;
import dev.sandmill.vectorizer.store.Held;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.SketchedFile;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Sketches, what takes their place, and what the cache remembers.
class IndexPipelineSketchTest extends PipelineFixture {
    @Test
    void whatIsBeyondTheBudgetIsSketchedAndLaterReplacedByTheCachesVectors() throws InterruptedException {
        List<FileChange> changes = List.of(put("a.py", functions("one", "two")), put("b.py", functions("three")));

        BatchReport quick = pipeline.apply(PARTITION, changes, EmbeddingBudget.of(2), Progress.NONE);

        assertThat(quick.sketched()).isEqualTo(3).isEqualTo(quick.embedded());
        assertThat(embedder.embedded).isEmpty();
        assertThat(store.sketched(PARTITION, Set.of(), 10)).hasSize(2);
        assertThat(warm(changes)).isEqualTo(new EmbeddedBatch(2, 3, 3, List.of()));
        assertThat(warm(changes)).as("a batch that runs again").isEqualTo(new EmbeddedBatch(2, 3, 0, List.of()));
        RefineReport refined = new Refinement(vectors, store).refine(PARTITION, List.of("a.py", "b.py"));
        assertThat(refined).isEqualTo(new RefineReport(2, 3, 0, List.of()));
        assertThat(embedder.embedded).as("each text once").hasSize(3).doesNotHaveDuplicates();
        assertThat(store.sketched(PARTITION, Set.of(), 10)).isEmpty();
        assertThat(apply(changes.toArray(FileChange[]::new)))
                .isEqualTo(new BatchReport(2, List.of(), List.of(), 3, 0, 3, 0, 0));
    }

    @Test
    void anEditOfAFileThatIsSketchedEmbedsOnlyWhatIsNew() throws InterruptedException {
        pipeline.apply(
                PARTITION,
                List.of(put("a.py", functions("one", "two", "three"))),
                EmbeddingBudget.of(0),
                Progress.NONE);

        BatchReport edit = pipeline.apply(
                PARTITION,
                List.of(put("a.py", functions("one", "new", "three"))),
                EmbeddingBudget.of(2),
                Progress.NONE);

        assertThat(edit).isEqualTo(new BatchReport(1, List.of(), List.of(), 3, 1, 2, 1, 2));
        assertThat(embedder.embedded).hasSize(1);
    }

    @Test
    void aSketchSaysWhichTableMadeItAndKeepsThatVector() throws Exception {
        pipeline.apply(PARTITION, List.of(put("a.py", functions("one"))), EmbeddingBudget.of(0), Progress.NONE);
        List<String> texts = IntStream.range(0, 1_500)
                .mapToObj(at -> "value " + (at % 2 == 0 ? "one" : "two") + " of number " + at % 7)
                .toList();
        float[][] turned = texts.stream()
                .map(text -> TABLE.vectorOf(text, text.contains("one") ? "lock a folder" : ""))
                .toArray(float[][]::new);
        assertThat(tables.fit("t", "repo", texts, turned, 1_500)).isTrue();

        pipeline.apply(
                PARTITION,
                List.of(put("a.py", functions("one", "two")), put("b.py", functions("three"))),
                EmbeddingBudget.of(0),
                Progress.NONE);

        String shipped = TABLE.id().fingerprint();
        String fitted = tables.of("t", "repo").id().fingerprint();
        assertThat(fitted).isNotEqualTo(shipped);
        assertThat(store.rows(PARTITION, "a.py")).extracting(Entry::table).containsExactlyInAnyOrder(shipped, fitted);
        assertThat(store.rows(PARTITION, "b.py")).extracting(Entry::table).containsExactly(fitted);
        assertThat(store.held(PARTITION, "b.py")).extracting(Held::table).containsExactly(fitted);
        pipeline.apply(
                new Partition("u", "repo", "main"),
                List.of(put("b.py", functions("three"))),
                EmbeddingBudget.of(0),
                Progress.NONE);
        assertThat(store.rows(new Partition("u", "repo", "main"), "b.py"))
                .extracting(Entry::table)
                .containsExactly(shipped);
    }

    @Test
    void aRunWithinItsBudgetIsExactAtOnce() throws InterruptedException {
        BatchReport report = pipeline.apply(
                PARTITION, List.of(put("a.py", functions("one", "two"))), EmbeddingBudget.of(2), Progress.NONE);

        assertThat(report.sketched()).isZero();
        assertThat(embedder.embedded).hasSize(2);
    }

    @Test
    void aVectorThatTheCacheLostIsEmbeddedAgainAndCounted() throws InterruptedException {
        List<FileChange> changes = List.of(put("a.py", functions("one", "two")));
        pipeline.apply(PARTITION, changes, EmbeddingBudget.of(0), Progress.NONE);
        warm(changes);
        cache.values.clear();

        assertThat(new Refinement(vectors, store).refine(PARTITION, List.of("a.py")))
                .isEqualTo(new RefineReport(1, 2, 2, List.of()));
    }

    @Test
    void aTextThatFailsLeavesItsFileWithASketchAndSaysSo() throws InterruptedException {
        List<FileChange> changes = List.of(put("bad.py", functions("x", "POISON")), put("a.py", functions("one")));
        pipeline.apply(PARTITION, changes, EmbeddingBudget.of(0), Progress.NONE);

        assertThat(warm(changes).failures())
                .extracting(BatchReport.Failure::path)
                .containsExactly("bad.py");
        RefineReport refined = new Refinement(vectors, store).refine(PARTITION, List.of("bad.py", "a.py"));

        assertThat(refined.failures()).extracting(BatchReport.Failure::path).containsExactly("bad.py");
        assertThat(store.sketched(PARTITION, Set.of(), 10))
                .extracting(SketchedFile::path)
                .containsExactly("bad.py");
    }

    @Test
    void onlyTheChunksThatAreWantedAreEmbedded() throws InterruptedException {
        FileChange.Put file = (FileChange.Put) put("a.py", functions("one", "two", "three"));
        pipeline.apply(PARTITION, List.of(file), EmbeddingBudget.of(0), Progress.NONE);
        String wanted =
                store.sketched(PARTITION, Set.of(), 1).getFirst().fingerprints().get(1);

        assertThat(new CacheWarming(chunks, vectors).warm("t", List.of(file), Set.of(wanted.substring(0, 16))))
                .isEqualTo(new EmbeddedBatch(1, 1, 1, List.of()));
        assertThat(embedder.embedded).hasSize(1);
    }

    @Test
    void aContentThatWasCutBeforeIsNotCutAgainWhereverItIs() throws InterruptedException {
        apply(put("a.py", functions("one", "two")));
        apply(put("moved/b.py", functions("one", "two")));

        assertThat(chunks.remembered()).isEqualTo(1);
        assertThat(chunks.cut()).isEqualTo(1);
        assertThat(store.rows(PARTITION, "moved/b.py"))
                .usingRecursiveComparison()
                .ignoringFields("posting.path")
                .isEqualTo(store.rows(PARTITION, "a.py"));
    }

    @Test
    void aRememberedCutOfAnotherTextIsNotUsed() throws InterruptedException {
        apply(new FileChange.Put("a.py", "same-id", Content.utf8(functions("one", "two"))));
        apply(new FileChange.Put("b.py", "same-id", Content.utf8(functions("other"))));

        assertThat(store.rows(PARTITION, "b.py"))
                .singleElement()
                .satisfies(row -> assertThat(row.posting().text()).contains("def other"));
    }
}
