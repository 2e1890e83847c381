package dev.sandmill.orchestrator.index;

import dev.sandmill.api.BreakerState;
import dev.sandmill.api.Content;
import dev.sandmill.api.SearchQuery;
import dev.sandmill.vectorizer.BatchReport;
import dev.sandmill.vectorizer.ChunkEmbedder;
import dev.sandmill.vectorizer.EmbeddingBounds;
import dev.sandmill.vectorizer.EmbeddingBudget;
import dev.sandmill.vectorizer.EmbeddingWork;
import dev.sandmill.vectorizer.FileChange;
import dev.sandmill.vectorizer.IndexTarget;
import dev.sandmill.vectorizer.IndexedState;
import dev.sandmill.vectorizer.LargeRuns;
import dev.sandmill.vectorizer.Progress;
import dev.sandmill.vectorizer.RefineReport;
import dev.sandmill.vectorizer.SearchResult;
import dev.sandmill.vectorizer.Sketched;
import dev.sandmill.vectorizer.Vectorizer;
import dev.sandmill.vectorizer.VectorizerHealth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Remembers files instead of embedding them: one chunk each, `.bin` is no source. May be told to fail or to hang.
final class RememberingVectorizer implements Vectorizer {
    final Map<String, String> files = new TreeMap<>();
    final Set<String> failing = new CopyOnWriteArraySet<>();
    final List<Integer> batchSizes = new ArrayList<>();
    private final AtomicInteger batchesUntilHang = new AtomicInteger(Integer.MAX_VALUE);
    private volatile CountDownLatch hanging = new CountDownLatch(1);
    private final Map<String, IndexedState> states = new HashMap<>();
    String model = "remembering";

    /// Hangs in the batch after so many others.
    Hang hangAfter(int batches) {
        hanging = new CountDownLatch(1);
        batchesUntilHang.set(batches);
        CountDownLatch reached = hanging;
        return () -> {
            if (!reached.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no batch arrived to hang in");
            }
        };
    }

    Hang hangNow() {
        return hangAfter(0);
    }

    void hangNoMore() {
        batchesUntilHang.set(Integer.MAX_VALUE);
    }

    /// Waits until a batch hangs.
    @FunctionalInterface
    interface Hang {
        void await() throws InterruptedException;
    }

    @Override
    public BatchReport apply(IndexTarget target, List<FileChange> changes, EmbeddingBudget budget, Progress progress)
            throws InterruptedException {
        if (batchesUntilHang.getAndDecrement() <= 0) {
            hanging.countDown();
            new CountDownLatch(1).await();
        }
        batchSizes.add(changes.size());
        List<BatchReport.Skipped> skipped = new ArrayList<>();
        List<BatchReport.Failure> failures = new ArrayList<>();
        long indexed = 0;
        long deleted = 0;
        for (FileChange change : changes) {
            deleted += files.remove(change.path()) == null ? 0 : 1;
            if (change instanceof FileChange.Put(String path, String blobId, Content content)) {
                if (failing.contains(path)) {
                    failures.add(new BatchReport.Failure(path, "told to fail"));
                } else if (path.endsWith(".bin")) {
                    skipped.add(new BatchReport.Skipped(path, "not source"));
                } else {
                    files.put(path, content.text());
                    indexed++;
                }
            }
        }
        progress.onProgress(changes.size(), indexed);
        return new BatchReport(indexed, skipped, failures, indexed, indexed, 0, deleted, 0);
    }

    @Override
    public void commit(IndexTarget target, String commit) {
        states.put(
                target.tenant() + "/" + target.repository(),
                new IndexedState(commit, target.branch(), files.size(), files.size(), 0, model));
    }

    @Override
    public Optional<IndexedState> state(String tenant, String repository) {
        return Optional.ofNullable(states.get(tenant + "/" + repository));
    }

    @Override
    public List<String> paths(IndexTarget target) {
        return List.copyOf(files.keySet());
    }

    @Override
    public void drop(String tenant, String repository) {
        states.remove(tenant + "/" + repository);
        files.clear();
    }

    @Override
    public LargeRuns largeRuns() {
        return LargeRuns.DIRECT;
    }

    @Override
    public List<Sketched> sketched(IndexTarget target, Set<String> except, int limit) {
        return List.of();
    }

    @Override
    public RefineReport refine(IndexTarget target, List<String> paths) {
        throw new UnsupportedOperationException("remembers, has no sketches");
    }

    @Override
    public ChunkEmbedder chunkEmbedder() {
        throw new UnsupportedOperationException("remembers, has no vectors");
    }

    @Override
    public SearchResult search(String tenant, SearchQuery query) {
        throw new UnsupportedOperationException("remembers, does not search");
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public void bound(EmbeddingBounds bounds) {
        throw new UnsupportedOperationException("remembers, does not embed");
    }

    @Override
    public EmbeddingWork work() {
        return new EmbeddingWork(0, 0, 0);
    }

    @Override
    public List<BreakerState> breakers() {
        return List.of();
    }

    @Override
    public VectorizerHealth health() {
        return new VectorizerHealth(true, "remembering");
    }

    @Override
    public void close() {
        files.clear();
    }
}
