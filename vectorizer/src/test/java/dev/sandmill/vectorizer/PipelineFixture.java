package dev.sandmill.vectorizer;

import dev.sandmill.api.Content;
import dev.sandmill.vectorizer.cache.SecretSource;
import dev.sandmill.vectorizer.chunk.ChunkLimits;
import dev.sandmill.vectorizer.chunk.Chunkers;
import dev.sandmill.vectorizer.embed.table.RepositoryTables;
import dev.sandmill.vectorizer.embed.table.StaticEmbedder;
import dev.sandmill.vectorizer.source.LanguageOf;
import dev.sandmill.vectorizer.source.SourceFilter;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.lucene.LuceneStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A pipeline over a real index, with a model that knows words.
abstract class PipelineFixture {
    static final Partition PARTITION = new Partition("t", "repo", "main");
    static final int BATCH_SIZE = 4;

    static final StaticEmbedder TABLE = StaticEmbedder.load();

    final WordEmbedder embedder = new WordEmbedder();
    final InMemoryVectorCache cache = new InMemoryVectorCache();
    byte @Nullable [] secret = new byte[SecretSource.MIN_BYTES];
    LuceneStore store;
    RepositoryTables tables;
    EmbeddingCalls calls;
    VectorSource vectors;
    ChunkSource chunks;
    IndexPipeline pipeline;
    final ParallelWork work = new ParallelWork(2);

    @BeforeEach
    void wire(@TempDir Path folder) {
        store = LuceneStore.open(folder, "words");
        tables = new RepositoryTables(folder.resolve("tables"), TABLE, "words");
        LanguageOf languageOf = new LanguageOf();
        Chunkers chunkers = new Chunkers(ChunkLimits.forMiniLm(), text -> text.split("\\s+").length);
        FileReading reading = new FileReading(new SourceFilter(100_000, languageOf), languageOf, chunkers);
        calls = new EmbeddingCalls(embedder, text -> text.split("\\s+").length, bounds(BATCH_SIZE, 300_000));
        vectors = new VectorSource(calls, cache, () -> Optional.ofNullable(secret));
        chunks = new ChunkSource(reading, cache, () -> Optional.ofNullable(secret), chunkers.chunkerId(), work);
        VectorChoice choice = new VectorChoice(Optional.of(vectors), Optional.of(tables), work);
        pipeline = new IndexPipeline(chunks, choice, store, work, calls::bounds);
    }

    @AfterEach
    void close() {
        store.close();
        work.close();
    }

    EmbeddedBatch warm(List<FileChange> changes) throws InterruptedException {
        return new CacheWarming(chunks, vectors)
                .warm("t", changes.stream().map(FileChange.Put.class::cast).toList(), Set.of());
    }

    static EmbeddingBounds bounds(int batchSize, int batchTokens) {
        return new EmbeddingBounds(2, batchSize, batchTokens);
    }

    BatchReport apply(FileChange... changes) throws InterruptedException {
        return pipeline.apply(PARTITION, List.of(changes), EmbeddingBudget.unlimited(), Progress.NONE);
    }

    static FileChange put(String path, String text) {
        return new FileChange.Put(path, Integer.toHexString(text.hashCode()), Content.utf8(text));
    }

    /// Python functions, each long enough to be a chunk of its own.
    static String functions(String... names) {
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
