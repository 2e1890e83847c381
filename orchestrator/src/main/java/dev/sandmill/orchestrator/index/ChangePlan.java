package dev.sandmill.orchestrator.index;

import dev.sandmill.orchestrator.git.GitFailure;
import dev.sandmill.orchestrator.git.Mirror;
import dev.sandmill.orchestrator.git.TreeDiff;
import dev.sandmill.orchestrator.repository.Repository;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which files a run has to bring into the index and which out of it.
///
/// @param refused what the commit has and no index can
/// @param seen files in the commit's tree
record ChangePlan(List<TreeDiff.Blob> put, List<String> removed, List<TreeDiff.Refused> refused, long seen) {

    long changed() {
        return (long) put.size() + removed.size();
    }

    /// A part of it.
    ChangePlan of(List<TreeDiff.Blob> partPut, List<String> partRemoved) {
        return new ChangePlan(partPut, partRemoved, List.of(), seen);
    }

    /// From a commit that is indexed to another. Files that failed then, and files that an unfinished run may have
    /// touched, are taken as changed whether they differ or not.
    static ChangePlan between(Mirror mirror, Repository repository, String base, String commit) throws GitFailure {
        TreeDiff diff = mirror.diff(base, commit);
        Set<String> suspects = new LinkedHashSet<>(repository.failedPaths());
        for (String unfinished : repository.unfinishedCommits()) {
            TreeDiff touched = mirror.diff(base, unfinished);
            touched.put().forEach(blob -> suspects.add(blob.path()));
            suspects.addAll(touched.removed());
        }
        diff.put().forEach(blob -> suspects.remove(blob.path()));
        diff.removed().forEach(suspects::remove);
        List<TreeDiff.Blob> put = new ArrayList<>(diff.put());
        List<String> removed = new ArrayList<>(diff.removed());
        for (String path : suspects) {
            Optional<String> blob = mirror.blob(commit, path);
            if (blob.isPresent()) {
                put.add(new TreeDiff.Blob(path, blob.get()));
            } else {
                removed.add(path);
            }
        }
        return new ChangePlan(put, removed, diff.refused(), diff.seen());
    }

    /// Everything in a commit; what is indexed beside it has to go.
    static ChangePlan everything(Mirror mirror, Collection<String> indexedPaths, String commit) throws GitFailure {
        TreeDiff diff = mirror.diff(null, commit);
        Set<String> gone = new HashSet<>(indexedPaths);
        diff.put().forEach(blob -> gone.remove(blob.path()));
        return new ChangePlan(diff.put(), gone.stream().sorted().toList(), diff.refused(), diff.seen());
    }

    /// The commit to start from; null where only everything will do.
    static @Nullable String base(Mirror mirror, Repository repository, String indexedCommit) throws GitFailure {
        if (mirror.commit(indexedCommit).isEmpty()) {
            return null;
        }
        for (String unfinished : repository.unfinishedCommits()) {
            if (mirror.commit(unfinished).isEmpty()) {
                return null;
            }
        }
        return indexedCommit;
    }
}
