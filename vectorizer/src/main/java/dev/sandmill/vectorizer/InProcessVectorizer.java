package dev.sandmill.vectorizer;

import dev.sandmill.api.BreakerState;
import dev.sandmill.api.SearchQuery;
import dev.sandmill.vectorizer.cache.SecretSource;
import dev.sandmill.vectorizer.cache.VectorCache;
import dev.sandmill.vectorizer.embed.EmbeddingFailedException;
import dev.sandmill.vectorizer.embed.WorkDone;
import dev.sandmill.vectorizer.embed.table.RepositoryTables;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.VectorStore;
import dev.sandmill.vectorizer.store.lucene.LuceneStore;
import dev.sandmill.vectorizer.store.pinecone.PineconeStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The vectorizer with everything in this process: Lucene on the local disk, beside it Pinecone where that is
/// set, and, but for `openai`, the models.
final class InProcessVectorizer implements Vectorizer {
    private final EmbeddingEngine engine;
    private final VectorStore store;
    private final IndexPipeline indexPipeline;
    private final SearchPipeline searchPipeline;
    private final SearchGate gate = new SearchGate(SearchGate.MOST);
    private final Path folderOfTables;
    /// Where there are both a table and a model to fit it to.
    private final Optional<TableFits> fits;

    private InProcessVectorizer(Path directory, EmbeddingEngine engine, VectorStore store) {
        this.engine = engine;
        this.store = store;
        this.folderOfTables = directory.resolve("tables");
        Optional<RepositoryTables> tables = engine.models()
                .table()
                .map(table -> new RepositoryTables(
                        folderOfTables, table, engine.models().fingerprint()));
        this.fits = engine.models()
                .exact()
                .flatMap(model -> tables)
                .map(ofRepositories -> new TableFits(ofRepositories, store));
        VectorChoice choice = new VectorChoice(engine.vectors(), tables, engine.work());
        this.indexPipeline = new IndexPipeline(engine.chunks(), choice, store, engine.work(), engine.calls()::bounds);
        this.searchPipeline = new SearchPipeline(
                engine.models().ofQuestions(), store, engine.models().name());
    }

    static InProcessVectorizer open(VectorizerConfig config, VectorCache cache, SecretSource secrets) {
        EmbeddingEngine engine = EmbeddingEngine.start(config, cache, secrets);
        try {
            return new InProcessVectorizer(config.directory(), engine, store(config, engine));
        } catch (RuntimeException failed) {
            engine.close();
            throw failed;
        }
    }

    private static VectorStore store(VectorizerConfig config, EmbeddingEngine engine) {
        return config.pinecone()
                .map(index -> (VectorStore) PineconeStore.open(
                        config.directory(),
                        engine.generation(),
                        engine.models().ofChunks().dimension(),
                        index.service()))
                .orElseGet(() -> LuceneStore.open(config.directory(), engine.generation()));
    }

    @Override
    public BatchReport apply(IndexTarget target, List<FileChange> changes, EmbeddingBudget budget, Progress progress)
            throws InterruptedException {
        return indexPipeline.apply(partition(target), changes, budget, progress);
    }

    @Override
    public LargeRuns largeRuns() {
        if (engine.models().exact().isEmpty()) {
            return LargeRuns.DIRECT;
        }
        return engine.models().table().isPresent() ? LargeRuns.SKETCHED : LargeRuns.SHARED;
    }

    @Override
    public List<Sketched> sketched(IndexTarget target, Set<String> except, int limit) {
        return store.sketched(partition(target), except, limit).stream()
                .map(file -> new Sketched(file.path(), file.blobId(), file.fingerprints()))
                .toList();
    }

    @Override
    public RefineReport refine(IndexTarget target, List<String> paths) throws InterruptedException {
        VectorSource vectors =
                engine.vectors().orElseThrow(() -> new IllegalStateException("there is no model to refine with"));
        return new Refinement(vectors, store).refine(partition(target), paths);
    }

    @Override
    public ChunkEmbedder chunkEmbedder() {
        return engine;
    }

    @Override
    public void commit(IndexTarget target, String commit) {
        store.commit(partition(target), commit);
        fits.ifPresent(background -> background.consider(partition(target)));
    }

    @Override
    public Optional<IndexedState> state(String tenant, String repository) {
        return store.watermark(tenant, repository)
                .map(mark -> new IndexedState(
                        mark.commit(), mark.branch(), mark.files(), mark.chunks(), mark.sketched(), model()));
    }

    @Override
    public List<String> paths(IndexTarget target) {
        return store.paths(partition(target));
    }

    @Override
    public void drop(String tenant, String repository) {
        store.drop(tenant, repository);
        fits.ifPresent(background -> background.forget(tenant, repository));
        RepositoryTables.drop(folderOfTables, tenant, repository);
    }

    @Override
    public SearchResult search(String tenant, SearchQuery query) {
        return gate.pass(() -> searchPipeline.search(tenant, query));
    }

    @Override
    public String model() {
        return engine.models().ofChunks().id().name();
    }

    @Override
    public void bound(EmbeddingBounds bounds) {
        engine.bound(bounds);
    }

    @Override
    public EmbeddingWork work() {
        WorkDone done = engine.models().ofChunks().work();
        return new EmbeddingWork(done.texts(), done.runs(), done.nanos());
    }

    @Override
    public List<BreakerState> breakers() {
        List<BreakerState> states = new ArrayList<>(List.of(gate.state()));
        states.addAll(store.breakers());
        engine.models().ofQuestions().breaker().ifPresent(states::add);
        return states;
    }

    @Override
    public VectorizerHealth health() {
        Optional<String> problem = store.problem();
        if (problem.isPresent()) {
            return new VectorizerHealth(false, problem.get());
        }
        Optional<BreakerState> breaker = engine.models().ofQuestions().breaker();
        if (breaker.isPresent() && breaker.get().isClosed()) {
            // Each question to an endpoint costs its owner something; its breaker knows enough.
            return new VectorizerHealth(true, model() + " answers");
        }
        try {
            engine.models().ofQuestions().embed(List.of("health"));
            return new VectorizerHealth(
                    true,
                    model() + ", damaged cached vectors: "
                            + engine.vectors().map(VectorSource::damaged).orElse(0L)
                            + ", files that ended their parser: "
                            + engine.parsers().ended());
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
        fits.ifPresent(TableFits::close);
        try {
            store.close();
        } finally {
            engine.close();
        }
    }
}
