package dev.sandmill.vectorizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.Content;
import dev.sandmill.api.SearchQuery;
import dev.sandmill.vectorizer.cache.SecretSource;
import dev.sandmill.vectorizer.chunk.ChunkLimits;
import dev.sandmill.vectorizer.chunk.Chunkers;
import dev.sandmill.vectorizer.embed.table.StaticEmbedder;
import dev.sandmill.vectorizer.source.LanguageOf;
import dev.sandmill.vectorizer.source.SourceFilter;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.SketchedFile;
import dev.sandmill.vectorizer.store.lucene.LuceneStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexPipelineTest {
    private static final Partition PARTITION = new Partition("t", "repo", "main");
    private static final int BATCH_SIZE = 4;

    private static final StaticEmbedder TABLE = StaticEmbedder.load();

    private final WordEmbedder embedder = new WordEmbedder();
    private final InMemoryVectorCache cache = new InMemoryVectorCache();
    private byte @Nullable [] secret = new byte[SecretSource.MIN_BYTES];
    private LuceneStore store;
    private EmbeddingCalls calls;
    private VectorSource vectors;
    private ChunkSource chunks;
    private IndexPipeline pipeline;
    private final ParallelWork work = new ParallelWork(2);

    @BeforeEach
    void wire(@TempDir Path folder) {
        store = LuceneStore.open(folder, "words");
        LanguageOf languageOf = new LanguageOf();
        Chunkers chunkers = new Chunkers(ChunkLimits.forMiniLm(), text -> text.split("\\s+").length);
        FileReading reading = new FileReading(new SourceFilter(100_000, languageOf), languageOf, chunkers);
        calls = new EmbeddingCalls(embedder, text -> text.split("\\s+").length, bounds(BATCH_SIZE, 300_000));
        vectors = new VectorSource(calls, cache, () -> Optional.ofNullable(secret));
        chunks = new ChunkSource(reading, cache, () -> Optional.ofNullable(secret), chunkers.chunkerId(), work);
        VectorChoice choice = new VectorChoice(Optional.of(vectors), Optional.of(TABLE), work);
        pipeline = new IndexPipeline(chunks, choice, store, work, calls::bounds);
    }

    @AfterEach
    void close() {
        store.close();
        work.close();
    }

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

    @Test
    void aTextThatTheModelCannotTakeFailsItsFileAlone() throws InterruptedException {
        apply(put("bad.py", functions("old")));

        BatchReport report = apply(
                put("a.py", functions("one", "two", "three")),
                put("bad.py", functions("x", "POISON", "y")),
                put("c.py", functions("four")));

        assertThat(report.indexedFiles()).isEqualTo(2);
        assertThat(report.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.path()).isEqualTo("bad.py");
            assertThat(failure.reason()).contains("cannot stomach this").containsPattern("lines \\d+ to \\d+");
        });
        assertThat(store.paths(PARTITION)).containsExactlyInAnyOrder("a.py", "c.py");
        assertThat(report.deleted()).isEqualTo(1);
    }

    @Test
    void aModelThatIsAwayIsNotAskedTextByText() throws InterruptedException {
        int before = embedder.calls;

        BatchReport report = apply(put("a.py", functions("one", "AWAY", "three")));

        assertThat(report.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.reason()).contains("nobody answers"));
        assertThat(embedder.calls - before).isEqualTo(1);
    }

    @Test
    void whatIsNoSourceIsSkippedWithAReasonAndForgotten() throws InterruptedException {
        apply(put("a.py", functions("one")));

        BatchReport report = apply(new FileChange.Put("a.py", "b", Content.of(new byte[] {1, 0, 2})));

        assertThat(report.skipped()).containsExactly(new BatchReport.Skipped("a.py", "binary"));
        assertThat(report.deleted()).isEqualTo(1);
        assertThat(store.paths(PARTITION)).isEmpty();
    }

    @Test
    void hostilePathsAreFailuresAndNotExceptions() throws InterruptedException {
        BatchReport report = apply(
                put("", "x = 1"),
                put("a\0b.py", "x = 1"),
                put("d/".repeat(3_000) + "a.py", "x = 1"),
                put("../../etc/x.py", "x = 1"));

        assertThat(report.failures()).hasSize(3);
        assertThat(store.paths(PARTITION)).containsExactly("../../etc/x.py");
    }

    @Test
    void theModelIsNeverGivenMoreThanABatch() throws InterruptedException {
        List<FileChange> changes = new ArrayList<>();
        for (int file = 0; file < 30; file++) {
            changes.add(put("f" + file + ".py", functions("f" + file, "g" + file)));
        }

        BatchReport report = pipeline.apply(PARTITION, changes, EmbeddingBudget.unlimited(), Progress.NONE);

        assertThat(report.embedded()).isEqualTo(60);
        assertThat(embedder.largestCall).isEqualTo(BATCH_SIZE);
    }

    @Test
    void theModelIsNeverGivenMoreTokensThanAllowedAndALargerTextGoesAlone() throws InterruptedException {
        calls.bound(bounds(BATCH_SIZE, 400));

        BatchReport report = apply(put("a.py", functions("one", "two", "three", "four", "five")));

        assertThat(report.embedded()).isEqualTo(5);
        assertThat(embedder.largestCall).isEqualTo(2);
        calls.bound(bounds(BATCH_SIZE, 1));
        apply(put("b.py", functions("six", "seven")));
        assertThat(embedder.embedded).hasSize(7);
        assertThat(embedder.callSizes).endsWith(1, 1);
    }

    @Test
    void theCallsOfAWindowRunSideBySideAndOneThatFailsLeavesTheOthersAlone() throws InterruptedException {
        calls.bound(bounds(1, 300));
        embedder.meetAt(3);

        BatchReport report = apply(put("a.py", functions("one", "two")), put("b.py", functions("POISON")));

        assertThat(report.embedded()).isEqualTo(2);
        assertThat(report.failures()).hasSize(1);
    }

    @Test
    void theLastChangeOfAPathCounts() throws InterruptedException {
        apply(put("a.py", functions("one")), new FileChange.Remove("a.py"));

        assertThat(store.paths(PARTITION)).isEmpty();
    }

    @Test
    void anInterruptStopsBetweenFiles() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> apply(put("a.py", functions("one")))).isInstanceOf(InterruptedException.class);
        assertThat(store.paths(PARTITION)).isEmpty();
    }

    @Test
    void progressEndsWithAllFilesAndChunks() throws InterruptedException {
        List<String> seen = new ArrayList<>();

        pipeline.apply(
                PARTITION,
                List.of(put("a.py", functions("one", "two")), put("b.bin.py", "\0"), new FileChange.Remove("c.py")),
                EmbeddingBudget.unlimited(),
                (files, chunks) -> seen.add(files + "/" + chunks));

        assertThat(seen).last().isEqualTo("3/2");
    }

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

    private EmbeddedBatch warm(List<FileChange> changes) throws InterruptedException {
        return new CacheWarming(chunks, vectors)
                .warm("t", changes.stream().map(FileChange.Put.class::cast).toList(), Set.of());
    }

    private static EmbeddingBounds bounds(int batchSize, int batchTokens) {
        return new EmbeddingBounds(2, batchSize, batchTokens);
    }

    private BatchReport apply(FileChange... changes) throws InterruptedException {
        return pipeline.apply(PARTITION, List.of(changes), EmbeddingBudget.unlimited(), Progress.NONE);
    }

    private static FileChange put(String path, String text) {
        return new FileChange.Put(path, Integer.toHexString(text.hashCode()), Content.utf8(text));
    }

    /// Python functions, each long enough to be a chunk of its own.
    private static String functions(String... names) {
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            text.append("def ").append(name).append("(value):\n");
            IntStream.range(0, 30)
                    .forEach(line -> text.append("    value = value + ")
                            .append(name)
                            .append("_")
                            .append(line)
                            .append("\n"));
            text.append("    return value\n\n\n");
        }
        return text.toString();
    }
}
