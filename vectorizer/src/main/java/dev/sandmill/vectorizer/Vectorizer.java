package dev.sandmill.vectorizer;

import dev.sandmill.api.BreakerState;
import dev.sandmill.api.SearchQuery;
import dev.sandmill.vectorizer.cache.SecretSource;
import dev.sandmill.vectorizer.cache.VectorCache;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Keeps files searchable by meaning. Thread-safe; batches of one target must not run at the same time.
public interface Vectorizer extends AutoCloseable {
    /// Loads the model and opens the index. Takes about a second; to be closed by whoever opened it.
    ///
    /// @param secrets for the cache's keys; asked for each batch
    ///
    /// @throws IllegalArgumentException for an embedder that this version does not have
    /// @throws RuntimeException with a message for people where the model cannot be loaded or another process has
    ///     the index
    static Vectorizer open(VectorizerConfig config, VectorCache cache, SecretSource secrets) {
        return InProcessVectorizer.open(config, cache, secrets);
    }

    /// Indexes one batch: what is not source is skipped, the rest is chunked, embedded where the cache does not
    /// know it, and stored. A file that fails is reported and the others go on. Applying a batch again changes
    /// nothing. An interrupt stops between two files.
    default BatchReport apply(IndexTarget target, List<FileChange> changes, Progress progress)
            throws InterruptedException {
        return apply(target, changes, EmbeddingBudget.unlimited(), progress);
    }

    /// The same within a budget, where the model has a token table in its space: what is beyond the budget is
    /// stored with a sketch of its vector.
    ///
    /// @param budget of the whole run, the same for each of its batches
    BatchReport apply(IndexTarget target, List<FileChange> changes, EmbeddingBudget budget, Progress progress)
            throws InterruptedException;

    /// How this vectorizer's models want large runs to be done.
    LargeRuns largeRuns();

    /// Files that wait for exact vectors, uncommitted changes included.
    ///
    /// @param except paths to leave out
    /// @param limit of files
    List<Sketched> sketched(IndexTarget target, Set<String> except, int limit);

    /// Puts exact vectors in the place of these files' sketches, as far as they still have some: from the
    /// cache, or else embedded. Searchable and durable with the next commit.
    RefineReport refine(IndexTarget target, List<String> paths) throws InterruptedException;

    /// This process's part in embedding for others.
    ChunkEmbedder chunkEmbedder();

    /// Makes all batches since the last commit durable and searchable, and the commit id their watermark.
    void commit(IndexTarget target, String commit);

    /// What is indexed of a repository, as of its last watermark.
    Optional<IndexedState> state(String tenant, String repository);

    /// Paths that the index holds for a target; for a full run to find what has to go.
    List<String> paths(IndexTarget target);

    /// Forgets a repository, all branches.
    void drop(String tenant, String repository);

    /// @throws SearchUnavailable where it may work later
    SearchResult search(String tenant, SearchQuery query);

    /// The embedding model's name.
    String model();

    /// Changes how the model is asked; what is under way goes on.
    void bound(EmbeddingBounds bounds);

    /// What the model has done since the start.
    EmbeddingWork work();

    /// The breakers in front of the store and, where it is elsewhere, of the model.
    List<BreakerState> breakers();

    VectorizerHealth health();

    @Override
    void close();
}
