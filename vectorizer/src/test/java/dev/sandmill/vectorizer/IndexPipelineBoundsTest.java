package dev.sandmill.vectorizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.Content;
import dev.sandmill.vectorizer.chunk.Chunk;
import dev.sandmill.vectorizer.chunk.ChunkLimits;
import dev.sandmill.vectorizer.chunk.Chunker;
import dev.sandmill.vectorizer.chunk.Chunkers;
import dev.sandmill.vectorizer.chunk.Cut;
import dev.sandmill.vectorizer.source.LanguageOf;
import dev.sandmill.vectorizer.source.SourceFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What is refused, fails or is too much.
class IndexPipelineBoundsTest extends PipelineFixture {
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
    void aFileThatEndedItsParserIsIndexedByLinesNamedAndTriedAgain() throws InterruptedException {
        Chunkers byLines = new Chunkers(ChunkLimits.forMiniLm(), text -> text.split("\\s+").length);
        Chunker breaking = new Chunker() {
            @Override
            public List<Chunk> chunk(String language, String text) {
                return byLines.chunk("text", text);
            }

            @Override
            public Cut cut(String language, String text) {
                return new Cut(chunk(language, text), "its parser ended with code 134");
            }
        };
        LanguageOf languageOf = new LanguageOf();
        FileReading reading = new FileReading(new SourceFilter(100_000, languageOf), languageOf, breaking);
        ChunkSource source = new ChunkSource(reading, cache, () -> Optional.ofNullable(secret), "breaking", work);
        VectorChoice choice = new VectorChoice(Optional.of(vectors), Optional.of(tables), work);
        pipeline = new IndexPipeline(source, choice, store, work, calls::bounds);

        for (int run = 1; run <= 2; run++) {
            BatchReport report = apply(put("a.rb", "def a\nend\n"));

            assertThat(report.indexedFiles()).isEqualTo(1);
            assertThat(report.failures()).isEmpty();
            assertThat(report.cutByLines())
                    .containsExactly(new BatchReport.Failure("a.rb", "its parser ended with code 134"));
            assertThat(source.remembered()).isZero();
            assertThat(source.cut()).isEqualTo(run);
        }
    }
}
