package dev.sandmill.orchestrator.git;

import dev.sandmill.api.Content;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/// A repository as it was fetched last. For one thread at a time.
public final class Mirror implements AutoCloseable {
    private final Repository repository;
    private final ObjectReader reader;
    private final Fetch.Fetched fetched;

    Mirror(Repository repository, Fetch.Fetched fetched) {
        this.repository = repository;
        this.reader = repository.newObjectReader();
        this.fetched = fetched;
    }

    /// The branch that the remote's HEAD names; empty for a repository without commits.
    public Optional<String> defaultBranch() {
        return fetched.head().isEmpty() ? Optional.empty() : Optional.of(fetched.head());
    }

    /// Why this is a walked folder and not what git says; empty where it is git's. Its one commit is the head of
    /// [#defaultBranch], whatever branch is followed.
    public Optional<String> walked() {
        return fetched.walked().isEmpty() ? Optional.empty() : Optional.of(fetched.walked());
    }

    /// The commit that a branch points to.
    public Optional<String> head(String branch) throws GitFailure {
        try {
            Ref ref = repository.exactRef(Constants.R_HEADS + branch);
            return ref == null || ref.getObjectId() == null
                    ? Optional.empty()
                    : Optional.of(ref.getObjectId().name());
        } catch (IOException broken) {
            throw unreadable(broken);
        }
    }

    /// The whole id of a commit, given it or the start of it; empty where there is none or more than one.
    public Optional<String> commit(String idOrPrefix) throws GitFailure {
        try {
            if (idOrPrefix.length() > Constants.OBJECT_ID_STRING_LENGTH) {
                return Optional.empty();
            }
            Collection<ObjectId> candidates = reader.resolve(AbbreviatedObjectId.fromString(idOrPrefix));
            if (candidates.size() != 1) {
                return Optional.empty();
            }
            try (RevWalk walk = new RevWalk(reader)) {
                RevObject found = walk.peel(walk.parseAny(candidates.iterator().next()));
                return found instanceof RevCommit commit ? Optional.of(commit.name()) : Optional.empty();
            }
        } catch (MissingObjectException | IllegalArgumentException unknown) {
            return Optional.empty();
        } catch (IOException broken) {
            throw unreadable(broken);
        }
    }

    /// What turns one commit's files into another's.
    ///
    /// @param base null for everything in the commit
    public TreeDiff diff(@Nullable String base, String commit) throws GitFailure {
        try {
            return TreeDiff.between(reader, base, commit, TreeBudget.ofThisProcess());
        } catch (TreeBudget.TooLarge bomb) {
            throw new GitFailure("commit " + commit + " can not be indexed: " + bomb.getMessage(), false, bomb);
        } catch (IOException | RuntimeException broken) {
            throw unreadable(broken);
        }
    }

    /// Git's id of the content of a file of a commit; empty where the commit has no such file.
    public Optional<String> blob(String commit, String path) throws GitFailure {
        try (RevWalk commits = new RevWalk(reader);
                TreeWalk walk = TreeWalk.forPath(
                        reader,
                        path,
                        commits.parseCommit(ObjectId.fromString(commit)).getTree())) {
            return walk != null && TreeDiff.isFile(walk.getFileMode(0))
                    ? Optional.of(walk.getObjectId(0).name())
                    : Optional.empty();
        } catch (IOException | RuntimeException broken) {
            throw unreadable(broken);
        }
    }

    /// A file's bytes; empty where they are more than allowed, which is found out before they are read.
    public Optional<Content> read(String blobId, long maxBytes) throws GitFailure {
        try {
            ObjectLoader blob = reader.open(ObjectId.fromString(blobId), Constants.OBJ_BLOB);
            if (blob.getSize() > maxBytes) {
                return Optional.empty();
            }
            return Optional.of(Content.of(blob.getCachedBytes((int) Math.min(Integer.MAX_VALUE, maxBytes))));
        } catch (IOException broken) {
            throw unreadable(broken);
        }
    }

    @Override
    public void close() {
        reader.close();
        repository.close();
    }

    /// Objects that are not what they should be have git throw anything.
    private static GitFailure unreadable(Exception broken) {
        return new GitFailure(
                "the mirror can not be read: " + Redaction.of(String.valueOf(broken.getMessage())), false, broken);
    }
}
