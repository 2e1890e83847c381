package dev.sandmill.orchestrator.index;

import dev.sandmill.api.Content;
import dev.sandmill.orchestrator.git.GitFailure;
import dev.sandmill.orchestrator.git.Mirror;
import dev.sandmill.orchestrator.git.TreeDiff;
import dev.sandmill.vectorizer.FileChange;
import dev.sandmill.vectorizer.source.IgnoreRules;
import dev.sandmill.vectorizer.source.SkipReason;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// A plan's changes, a bounded batch at a time; contents are read as they are needed. A file that is too large or that
/// the repository wants left out is skipped, and leaves the index if it was there before; one that can not be read has
/// failed.
final class BatchFeed {
    private final Mirror mirror;
    private final IgnoreRules rules;
    private final IndexBounds bounds;
    private final RunTally tally;
    private final Iterator<String> removed;
    private final Iterator<TreeDiff.Blob> put;

    BatchFeed(Mirror mirror, ChangePlan plan, IgnoreRules rules, IndexBounds bounds, RunTally tally) {
        this.mirror = mirror;
        this.rules = rules;
        this.bounds = bounds;
        this.tally = tally;
        this.removed = plan.removed().iterator();
        this.put = plan.put().iterator();
    }

    /// Empty at the end.
    List<FileChange> next() {
        List<FileChange> batch = new ArrayList<>();
        long bytes = 0;
        while (batch.size() < bounds.batchFiles() && bytes < bounds.batchBytes()) {
            if (removed.hasNext()) {
                batch.add(new FileChange.Remove(removed.next()));
            } else if (put.hasNext()) {
                FileChange change = read(put.next());
                bytes += change instanceof FileChange.Put(var path, var id, var content) ? content.size() : 0;
                batch.add(change);
            } else {
                break;
            }
        }
        return batch;
    }

    private FileChange read(TreeDiff.Blob blob) {
        if (rules.ignores(blob.path())) {
            tally.skip(SkipReason.IGNORED.wireName());
            return new FileChange.Remove(blob.path());
        }
        try {
            Optional<Content> content = mirror.read(blob.blobId(), bounds.maxFileBytes());
            if (content.isPresent()) {
                return new FileChange.Put(blob.path(), blob.blobId(), content.get());
            }
            tally.skip(SkipReason.TOO_LARGE.wireName());
        } catch (GitFailure unreadable) {
            tally.fail(blob.path(), String.valueOf(unreadable.getMessage()));
        }
        return new FileChange.Remove(blob.path());
    }
}
