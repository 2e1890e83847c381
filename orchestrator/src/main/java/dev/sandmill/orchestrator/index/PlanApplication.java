package dev.sandmill.orchestrator.index;

import dev.sandmill.api.EmbedFiles;
import dev.sandmill.orchestrator.git.GitFailure;
import dev.sandmill.orchestrator.git.Mirror;
import dev.sandmill.orchestrator.git.TreeDiff;
import dev.sandmill.vectorizer.EmbeddingBudget;
import dev.sandmill.vectorizer.FileChange;
import dev.sandmill.vectorizer.IndexTarget;
import dev.sandmill.vectorizer.LargeRuns;
import dev.sandmill.vectorizer.Progress;
import dev.sandmill.vectorizer.Vectorizer;
import dev.sandmill.vectorizer.source.IgnoreRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Brings a plan's changes into the index, batch by batch. A small run is done here and now. A large one has its files
/// embedded by others first, where the model's vectors are all there is, and else is sketched. For one run, one thread.
final class PlanApplication {
    /// A run that has no more to embed than this embeds it itself: a third of a second's work.
    private static final int SMALL_RUN_CHUNKS = 64;

    private final Vectorizer vectorizer;
    private final EmbeddingBatches batches;
    private final IndexBounds bounds;
    private final RunContext context;
    private final Mirror mirror;
    private final IndexTarget target;
    private final String commit;
    private final ChangePlan plan;
    private final RunTally tally;
    private final EmbeddingBudget budget;

    PlanApplication(
            Vectorizer vectorizer,
            EmbeddingBatches batches,
            IndexBounds bounds,
            RunContext context,
            Mirror mirror,
            IndexTarget target,
            String commit,
            ChangePlan plan,
            RunTally tally) {
        this.vectorizer = vectorizer;
        this.batches = batches;
        this.bounds = bounds;
        this.context = context;
        this.mirror = mirror;
        this.target = target;
        this.commit = commit;
        this.plan = plan;
        this.tally = tally;
        this.budget = vectorizer.largeRuns() == LargeRuns.SKETCHED
                ? EmbeddingBudget.of(SMALL_RUN_CHUNKS)
                : EmbeddingBudget.unlimited();
    }

    void run() throws InterruptedException, GitFailure {
        IgnoreRules rules = RepositoryRules.of(mirror, commit);
        plan.refused().forEach(refused -> tally.skip(refused.reason()));
        boolean shared =
                vectorizer.largeRuns() == LargeRuns.SHARED && plan.put().size() > bounds.batchFiles();
        apply(new BatchFeed(mirror, shared ? plan.of(List.of(), plan.removed()) : plan, rules, bounds, tally));
        if (shared) {
            Iterator<TreeDiff.Blob> left = plan.put().iterator();
            Map<String, TreeDiff.Blob> blobs = new HashMap<>();
            batches.run(
                    context.origin(),
                    () -> next(left, rules, blobs),
                    done -> applyEmbedded(done, rules, blobs),
                    context.cancelled());
        }
        if (rules.areTooCostly()) {
            tally.note(
                    "the patterns of .sandmillignore and .gitattributes take too long to match, so that files were left"
                            + " out from then on; make them fewer or shorter");
        }
    }

    /// The repository's own rules hold for those who embed, too: what is ignored is shown to nobody.
    private Optional<EmbeddingBatches.Batch> next(
            Iterator<TreeDiff.Blob> left, IgnoreRules rules, Map<String, TreeDiff.Blob> blobs) {
        List<String> paths = new ArrayList<>();
        List<EmbedFiles.File> files = new ArrayList<>();
        while (left.hasNext() && paths.size() < bounds.batchFiles()) {
            TreeDiff.Blob blob = left.next();
            blobs.put(blob.path(), blob);
            paths.add(blob.path());
            if (!rules.ignores(blob.path())) {
                files.add(new EmbedFiles.File(blob.path(), blob.blobId()));
            }
        }
        if (paths.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new EmbeddingBatches.Batch(
                paths, files.isEmpty() ? null : new EmbedFiles(target.repository(), commit, files, List.of())));
    }

    private void applyEmbedded(EmbeddingBatches.Done done, IgnoreRules rules, Map<String, TreeDiff.Blob> blobs)
            throws InterruptedException {
        List<TreeDiff.Blob> embedded = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (String path : done.batch().paths()) {
            TreeDiff.Blob blob = blobs.remove(path);
            String reason = done.failed().get(path);
            if (reason != null) {
                tally.fail(path, reason);
                failed.add(path);
            } else if (blob != null) {
                embedded.add(blob);
            }
        }
        tally.embeddedElsewhere(done.chunks().embedded());
        apply(new BatchFeed(mirror, plan.of(embedded, failed), rules, bounds, tally));
    }

    private void apply(BatchFeed feed) throws InterruptedException {
        for (List<FileChange> batch = feed.next(); !batch.isEmpty(); batch = feed.next()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long before = tally.done();
            long chunksBefore = tally.chunks();
            tally.add(batch.size(), vectorizer.apply(target, batch, budget, new Progress() {
                @Override
                public void onProgress(long files, long chunks) {
                    progress(before + files, chunksBefore + chunks);
                }

                @Override
                public void onStep(Step step, long startNanos, long endNanos) {
                    context.steps().past(step.name().toLowerCase(Locale.ROOT), startNanos, endNanos);
                }
            }));
            progress(tally.done(), tally.chunks());
        }
    }

    private void progress(long files, long chunks) {
        context.progress().onProgress("indexing", files, plan.changed(), chunks);
    }
}
