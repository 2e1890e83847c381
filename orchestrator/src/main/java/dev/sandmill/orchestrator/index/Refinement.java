package dev.sandmill.orchestrator.index;

import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.orchestrator.repository.RepositoryRegistry;
import dev.sandmill.vectorizer.IndexTarget;
import dev.sandmill.vectorizer.IndexedState;
import dev.sandmill.vectorizer.RefineReport;
import dev.sandmill.vectorizer.Vectorizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Puts the model's vectors in the place of a repository's sketches: has them made as `index-batch` jobs,
/// takes them from the cache and commits whole batches. What is left to do is what the index says, so that a
/// refinement that was cut off goes on where its last commit is; runs of the repository go on beside it.
/// Thread-safe.
public final class Refinement {
    private static final long COMMIT_INTERVAL_NANOS = Duration.ofSeconds(3).toNanos();
    private static final int MOST_FAILURES_LISTED = 1_000;

    private final RepositoryRegistry registry;
    private final Vectorizer vectorizer;
    private final EmbeddingBatches batches;
    private final RepositoryLocks writing;
    private final RepositoryLocks refining = new RepositoryLocks();

    public Refinement(
            RepositoryRegistry registry, Vectorizer vectorizer, EmbeddingBatches batches, RepositoryLocks writing) {
        this.registry = registry;
        this.vectorizer = vectorizer;
        this.batches = batches;
        this.writing = writing;
    }

    Indexed run(RunContext context, String repository) throws InterruptedException {
        RunOrigin origin = context.origin();
        Semaphore alone = refining.of(origin.tenant(), repository);
        alone.acquire();
        try {
            Optional<IndexedState> state = vectorizer.state(origin.tenant(), repository);
            return state.isEmpty() || state.get().sketched() == 0
                    ? Indexed.withoutRun(IndexStatus.OK, repository, "there is no sketch to replace")
                    : new Pass(context, repository, state.get()).run();
        } finally {
            alone.release();
        }
    }

    /// One refinement of one repository; for one thread.
    private final class Pass {
        private final RunContext context;
        private final RunOrigin origin;
        private final String repository;
        private final IndexedState first;
        private final IndexTarget target;
        private final SketchQueue sketches;
        private final List<Indexed.Failure> failures = new ArrayList<>();
        private final long startedAt = System.nanoTime();
        private long committedAt = startedAt;
        private boolean pending;
        private boolean gone;
        private long files;
        private long chunks;
        private long embedded;
        private long lost;
        private long failed;

        Pass(RunContext context, String repository, IndexedState first) {
            this.context = context;
            this.origin = context.origin();
            this.repository = repository;
            this.first = first;
            this.target = new IndexTarget(origin.tenant(), repository, first.branch());
            this.sketches = new SketchQueue(vectorizer, target, this::indexedCommit);
        }

        Indexed run() throws InterruptedException {
            try {
                batches.run(origin, () -> gone ? Optional.empty() : sketches.next(), this::done, context.cancelled());
            } finally {
                commitIfPending();
            }
            return new Indexed(
                    failures.isEmpty() ? IndexStatus.OK : IndexStatus.PARTIAL,
                    repository,
                    first.commit(),
                    new Indexed.Files(first.files(), files + failed, 0, failed),
                    new Indexed.Chunks(chunks, embedded, chunks - Math.min(chunks, embedded), 0),
                    (System.nanoTime() - startedAt) / 1_000_000,
                    failures,
                    message());
        }

        private String indexedCommit() {
            return vectorizer
                    .state(origin.tenant(), repository)
                    .map(IndexedState::commit)
                    .orElse(first.commit());
        }

        private void done(EmbeddingBatches.Done done) throws InterruptedException {
            List<String> ready = new ArrayList<>(done.batch().paths());
            ready.removeAll(done.failed().keySet());
            done.failed().forEach(this::fail);
            embedded += done.chunks().embedded();
            Semaphore lock = writing.of(origin.tenant(), repository);
            lock.acquire();
            try {
                gone = vectorizer
                        .state(origin.tenant(), repository)
                        .filter(now -> now.branch().equals(first.branch()))
                        .isEmpty();
                if (!gone) {
                    replace(ready);
                }
            } finally {
                lock.release();
            }
        }

        private void replace(List<String> paths) throws InterruptedException {
            RefineReport report = vectorizer.refine(target, paths);
            report.failures().forEach(failure -> fail(failure.path(), failure.reason()));
            sketches.replaced(paths);
            files += report.files();
            chunks += report.chunks();
            embedded += report.embedded();
            lost += report.embedded();
            pending = true;
            if (System.nanoTime() - committedAt > COMMIT_INTERVAL_NANOS) {
                commit();
            }
            context.progress().onProgress("exact", files, first.files(), chunks);
        }

        private void fail(String path, String reason) {
            sketches.leave(path);
            failed++;
            if (failures.size() < MOST_FAILURES_LISTED) {
                failures.add(new Indexed.Failure(path, reason));
            }
        }

        /// Also where the refinement was stopped: what is replaced stays.
        private void commitIfPending() throws InterruptedException {
            if (!pending || gone) {
                return;
            }
            boolean interrupted = Thread.interrupted();
            Semaphore lock = writing.of(origin.tenant(), repository);
            lock.acquire();
            try {
                commit();
            } finally {
                lock.release();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private void commit() {
            Optional<IndexedState> now = vectorizer.state(origin.tenant(), repository);
            if (now.isEmpty() || !now.get().branch().equals(first.branch())) {
                return;
            }
            vectorizer.commit(target, now.get().commit());
            pending = false;
            committedAt = System.nanoTime();
            long left = vectorizer
                    .state(origin.tenant(), repository)
                    .map(IndexedState::sketched)
                    .orElse(0L);
            registry.update(origin.tenant(), repository, stored -> stored.withSketched(left));
        }

        private @Nullable String message() {
            List<String> sentences = new ArrayList<>();
            if (gone) {
                sentences.add("the repository was deleted or follows another branch now");
            }
            if (lost > 0) {
                sentences.add(lost + " vectors were embedded again, because the cache had lost them");
            }
            if (failed > failures.size()) {
                sentences.add("more files failed than are listed");
            }
            return sentences.isEmpty() ? null : String.join("; ", sentences);
        }
    }
}
