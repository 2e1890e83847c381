package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.cache.SecretSource;
import dev.sandmill.vectorizer.cache.VectorCache;
import dev.sandmill.vectorizer.chunk.ChunkLimits;
import dev.sandmill.vectorizer.chunk.Chunkers;
import dev.sandmill.vectorizer.chunk.OutlineProcesses;
import dev.sandmill.vectorizer.source.LanguageOf;
import dev.sandmill.vectorizer.source.SourceFilter;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Everything up to a vector: models, files in pieces, the cache.
///
/// @param parsers of repositories' files
/// @param calls of the model of chunks
/// @param vectors by the exact model; empty where there is none
/// @param generation changes with whatever could change a row: models and chunker
record EmbeddingEngine(
        Models models,
        ParallelWork work,
        OutlineProcesses parsers,
        ChunkSource chunks,
        EmbeddingCalls calls,
        Optional<VectorSource> vectors,
        String generation)
        implements ChunkEmbedder {
    static EmbeddingEngine start(VectorizerConfig config, VectorCache cache, SecretSource secrets) {
        Models models = Models.start(config);
        int processors = Runtime.getRuntime().availableProcessors();
        OutlineProcesses parsers = OutlineProcesses.of(processors);
        Chunkers chunkers = Chunkers.confined(ChunkLimits.forMiniLm(), models.tokenCounter(), parsers);
        LanguageOf languageOf = new LanguageOf();
        FileReading reading =
                new FileReading(new SourceFilter(config.maxFileBytes(), languageOf), languageOf, chunkers);
        EmbeddingCalls calls = new EmbeddingCalls(models.ofChunks(), models.tokenCounter(), config.embedding());
        ParallelWork work = new ParallelWork(processors);
        return new EmbeddingEngine(
                models,
                work,
                parsers,
                new ChunkSource(reading, cache, secrets, chunkers.chunkerId(), work),
                calls,
                models.exact().map(model -> new VectorSource(calls, cache, secrets)),
                models.fingerprint() + "\0" + chunkers.chunkerId());
    }

    @Override
    public void bound(EmbeddingBounds bounds) {
        calls.bound(bounds);
        models.resize(bounds.parallelism());
    }

    @Override
    public EmbeddedBatch warm(String tenant, List<FileChange.Put> files, Set<String> wanted)
            throws InterruptedException {
        return vectors.isEmpty()
                ? new EmbeddedBatch(files.size(), 0, 0, List.of())
                : new CacheWarming(chunks, vectors.get()).warm(tenant, files, wanted);
    }

    @Override
    public void close() {
        work.close();
        parsers.close();
        models.close();
    }
}
