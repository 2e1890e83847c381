package dev.sandmill.vectorizer;

import dev.sandmill.api.SearchQuery;
import dev.sandmill.vectorizer.cache.SecretSource;
import dev.sandmill.vectorizer.cache.VectorCache;
import dev.sandmill.vectorizer.chunk.ChunkLimits;
import dev.sandmill.vectorizer.chunk.Chunkers;
import dev.sandmill.vectorizer.embed.EmbeddingFailedException;
import dev.sandmill.vectorizer.embed.EmbeddingWork;
import dev.sandmill.vectorizer.source.LanguageOf;
import dev.sandmill.vectorizer.source.SourceFilter;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.VectorStore;
import dev.sandmill.vectorizer.store.lucene.LuceneStore;
import java.util.List;
import java.util.Optional;

/// The vectorizer with everything in this process: Lucene on the local disk, and, but for `openai`, the models.
final class InProcessVectorizer implements Vectorizer {
    private final Models models;
    private final VectorStore store;
    private final EmbeddingCalls calls;
    private final VectorSource vectors;
    private final IndexPipeline indexPipeline;
    private final SearchPipeline searchPipeline;

    private InProcessVectorizer(
            Models models, VectorStore store, EmbeddingCalls calls, FileReading reading, VectorSource vectors) {
        this.models = models;
        this.store = store;
        this.calls = calls;
        this.vectors = vectors;
        this.indexPipeline = new IndexPipeline(reading, vectors, store, calls::bounds);
        this.searchPipeline = new SearchPipeline(models.ofQuestions(), store, models.wordWeight());
    }

    static InProcessVectorizer open(VectorizerConfig config, VectorCache cache, SecretSource secrets) {
        Models models = Models.start(config);
        try {
            Chunkers chunkers = new Chunkers(ChunkLimits.forMiniLm(), models.tokenCounter());
            String generation = models.ofChunks().id().fingerprint() + "\0" + chunkers.chunkerId();
            LuceneStore store = LuceneStore.open(config.directory(), generation);
            EmbeddingCalls calls = new EmbeddingCalls(models.ofChunks(), models.tokenCounter(), config.embedding());
            VectorSource vectors = new VectorSource(calls, cache, secrets);
            LanguageOf languageOf = new LanguageOf();
            FileReading reading =
                    new FileReading(new SourceFilter(config.maxFileBytes(), languageOf), languageOf, chunkers);
            return new InProcessVectorizer(models, store, calls, reading, vectors);
        } catch (RuntimeException failed) {
            models.close();
            throw failed;
        }
    }

    @Override
    public BatchReport apply(IndexTarget target, List<FileChange> changes, Progress progress)
            throws InterruptedException {
        return indexPipeline.apply(partition(target), changes, progress);
    }

    @Override
    public void commit(IndexTarget target, String commit) {
        store.commit(partition(target), commit);
    }

    @Override
    public Optional<IndexedState> state(String tenant, String repository) {
        return store.watermark(tenant, repository)
                .map(mark -> new IndexedState(mark.commit(), mark.branch(), mark.files(), mark.chunks(), model()));
    }

    @Override
    public List<String> paths(IndexTarget target) {
        return store.paths(partition(target));
    }

    @Override
    public void drop(String tenant, String repository) {
        store.drop(tenant, repository);
    }

    @Override
    public SearchResult search(String tenant, SearchQuery query) {
        return searchPipeline.search(tenant, query);
    }

    @Override
    public String model() {
        return models.ofChunks().id().name();
    }

    @Override
    public void bound(EmbeddingBounds bounds) {
        calls.bound(bounds);
        models.resize(bounds.parallelism());
    }

    @Override
    public EmbeddingWork work() {
        return models.ofChunks().work();
    }

    @Override
    public VectorizerHealth health() {
        Optional<String> problem = store.problem();
        if (problem.isPresent()) {
            return new VectorizerHealth(false, problem.get());
        }
        try {
            models.ofQuestions().embed(List.of("health"));
            return new VectorizerHealth(true, model() + ", damaged cached vectors: " + vectors.damaged());
        } catch (EmbeddingFailedException failed) {
            return new VectorizerHealth(false, String.valueOf(failed.getMessage()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new VectorizerHealth(false, "interrupted while the model was asked");
        }
    }

    private static Partition partition(IndexTarget target) {
        return new Partition(target.tenant(), target.repository(), target.branch());
    }

    @Override
    public void close() {
        try {
            store.close();
        } finally {
            models.close();
        }
    }
}
