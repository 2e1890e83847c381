package dev.sandmill.orchestrator.index;

import dev.sandmill.api.Content;
import dev.sandmill.api.EmbedFiles;
import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.api.json.InvalidJson;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.backplane.queue.Claim;
import dev.sandmill.backplane.queue.Completion;
import dev.sandmill.backplane.queue.JobHandler;
import dev.sandmill.orchestrator.git.GitFailure;
import dev.sandmill.orchestrator.git.Mirror;
import dev.sandmill.orchestrator.git.Mirrors;
import dev.sandmill.orchestrator.git.RefusedRemote;
import dev.sandmill.orchestrator.git.RemotePolicy;
import dev.sandmill.orchestrator.repository.Repository;
import dev.sandmill.orchestrator.repository.RepositoryRegistry;
import dev.sandmill.orchestrator.tracing.Steps;
import dev.sandmill.orchestrator.tracing.Tracing;
import dev.sandmill.vectorizer.ChunkEmbedder;
import dev.sandmill.vectorizer.EmbeddedBatch;
import dev.sandmill.vectorizer.FileChange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Embeds the files of one `index-batch` job into the cache; whoever has the index takes the vectors from there. The
/// files come out of this process's own mirror of the repository, and never travel through the queue.
public final class EmbedFilesHandler implements JobHandler {
    private static final Logger log = LoggerFactory.getLogger(EmbedFilesHandler.class);

    private final RepositoryRegistry registry;
    private final RemotePolicy policy;
    private final Mirrors mirrors;
    private final ChunkEmbedder embedder;
    private final IndexBounds bounds;
    private final JobJson json;
    private final Tracing tracing;

    public EmbedFilesHandler(
            RepositoryRegistry registry,
            RemotePolicy policy,
            Mirrors mirrors,
            ChunkEmbedder embedder,
            IndexBounds bounds,
            JobJson json,
            Tracing tracing) {
        this.registry = registry;
        this.policy = policy;
        this.mirrors = mirrors;
        this.embedder = embedder;
        this.bounds = bounds;
        this.json = json;
        this.tracing = tracing;
    }

    @Override
    public Completion handle(Claim claim) {
        EmbedFiles batch;
        try {
            if (!(json.readStored(claim.job().requestJson()) instanceof EmbedFiles read)) {
                return finished(Indexed.withoutRun(IndexStatus.FAILED, "", "the request is not an index batch"));
            }
            batch = read;
        } catch (InvalidJson invalid) {
            return finished(
                    Indexed.withoutRun(IndexStatus.FAILED, "", "the request is invalid: " + invalid.getMessage()));
        }
        try {
            return finished(embed(claim.job().tenant(), batch));
        } catch (InterruptedException | GitFailure | RuntimeException end) {
            if (end instanceof InterruptedException || claim.interruption() != Claim.Interruption.NONE) {
                return stopped(claim, batch);
            }
            return failed(batch, end);
        }
    }

    private Indexed embed(String tenant, EmbedFiles batch) throws InterruptedException, GitFailure {
        long startedAt = System.nanoTime();
        Optional<Repository> repository = registry.find(tenant, batch.repository());
        if (repository.isEmpty()) {
            return Indexed.withoutRun(
                    IndexStatus.FAILED, batch.repository(), "there is no repository of this name any more");
        }
        List<Indexed.Failure> failures = new ArrayList<>();
        List<FileChange.Put> files;
        EmbeddedBatch done;
        try (Steps.Step _ = tracing.steps().begin("read files")) {
            files = files(repository.get(), batch, failures);
        }
        try (Steps.Step _ = tracing.steps().begin("embed")) {
            done = embedder.warm(tenant, files, new HashSet<>(batch.wanted()));
        }
        done.failures().forEach(failure -> failures.add(new Indexed.Failure(failure.path(), failure.reason())));
        long millis = (System.nanoTime() - startedAt) / 1_000_000;
        int all = batch.files().size();
        return new Indexed(
                failures.isEmpty() ? IndexStatus.OK : IndexStatus.PARTIAL,
                batch.repository(),
                batch.commit(),
                new Indexed.Files(all, all, 0, failures.size()),
                new Indexed.Chunks(done.chunks(), done.embedded(), done.chunks() - done.embedded(), 0),
                millis,
                failures,
                null);
    }

    private List<FileChange.Put> files(Repository repository, EmbedFiles batch, List<Indexed.Failure> failures)
            throws GitFailure, InterruptedException {
        List<FileChange.Put> files = new ArrayList<>(batch.files().size());
        try (Mirror mirror = mirrors.withCommit(
                repository.tenant(),
                repository.name(),
                policy.check(repository.url(), repository.anyLocalPath()),
                batch.commit())) {
            for (EmbedFiles.File file : batch.files()) {
                try {
                    Optional<Content> content = mirror.read(file.blobId(), bounds.maxFileBytes());
                    if (content.isPresent()) {
                        files.add(new FileChange.Put(file.path(), file.blobId(), content.get()));
                    }
                } catch (GitFailure unreadable) {
                    failures.add(new Indexed.Failure(file.path(), String.valueOf(unreadable.getMessage())));
                }
            }
        } catch (RefusedRemote refused) {
            throw new GitFailure("the url " + refused.getMessage(), false, refused);
        }
        return files;
    }

    private Completion stopped(Claim claim, EmbedFiles batch) {
        // The flag has done its work; what follows still has to reach Redis.
        Thread.interrupted();
        return switch (claim.interruption()) {
            case STOPPING, LEASE_LOST -> new Completion.HandedBack();
            case CANCELLED, NONE ->
                finished(Indexed.withoutRun(IndexStatus.CANCELLED, batch.repository(), "cancelled"));
        };
    }

    private Completion failed(EmbedFiles batch, Exception end) {
        String reason = end instanceof GitFailure
                ? String.valueOf(end.getMessage())
                : "the batch broke: " + end.getClass().getSimpleName();
        Indexed outcome = Indexed.withoutRun(IndexStatus.FAILED, batch.repository(), reason);
        if (end instanceof GitFailure failure && !failure.retryable()) {
            return finished(outcome);
        }
        log.warn("a batch of {} failed", batch.repository(), end);
        return new Completion.Failed(reason, true, json.writeOutcome(outcome));
    }

    private Completion finished(Indexed outcome) {
        return new Completion.Finished(json.writeOutcome(outcome));
    }
}
