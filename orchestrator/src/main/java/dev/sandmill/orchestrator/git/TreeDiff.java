package dev.sandmill.orchestrator.git;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/// What turns one commit's files into another's, by blob id; nothing is read but trees. Files are regular files:
/// symbolic links and submodules count as absent. A rename is a removal and a new file.
///
/// @param put new files and files with other content, by path, in the tree's order
/// @param removed files that are gone
/// @param refused what no working copy could have, and is not looked at
/// @param seen files in the commit's tree
public record TreeDiff(List<Blob> put, List<String> removed, List<Refused> refused, long seen) {
    /// As Linux has it. A deeper directory is not entered.
    static final int MOST_PATH_BYTES = 4_096;

    private static final int SHOWN_PATH_CHARACTERS = 200;

    public TreeDiff {
        put = List.copyOf(put);
        removed = List.copyOf(removed);
        refused = List.copyOf(refused);
    }

    /// A file and git's id of its content.
    public record Blob(String path, String blobId) {}

    /// A file or directory that is left out.
    ///
    /// @param path its start, where it is long
    /// @param reason `path_too_long`, `invalid_name`, `duplicate_path`
    public record Refused(String path, String reason) {}

    static TreeDiff between(ObjectReader reader, @Nullable String base, String commit, TreeBudget budget)
            throws IOException {
        try (RevWalk commits = new RevWalk(reader);
                TreeWalk walk = new TreeWalk(reader)) {
            if (base == null) {
                walk.addTree(new EmptyTreeIterator());
            } else {
                walk.addTree(commits.parseCommit(ObjectId.fromString(base)).getTree());
            }
            walk.addTree(commits.parseCommit(ObjectId.fromString(commit)).getTree());
            return new Walk(walk, budget).whole();
        }
    }

    private static final class Walk {
        private final TreeWalk walk;
        private final TreeBudget budget;
        private final Map<String, Blob> put = new LinkedHashMap<>();
        private final List<String> removed = new ArrayList<>();
        private final List<Refused> refused = new ArrayList<>();
        private long seen;

        Walk(TreeWalk walk, TreeBudget budget) {
            this.walk = walk;
            this.budget = budget;
        }

        TreeDiff whole() throws IOException {
            while (walk.next()) {
                budget.met();
                if (!walk.isSubtree()) {
                    file();
                } else if (isPossible()) {
                    walk.enterSubtree();
                }
            }
            // Where a tree is not sorted, a file can be met on one side long before it is on the other.
            removed.removeIf(put::containsKey);
            return new TreeDiff(List.copyOf(put.values()), removed, refused, seen);
        }

        private void file() throws IOException {
            boolean was = isFile(walk.getFileMode(0));
            boolean is = isFile(walk.getFileMode(1));
            if (is) {
                seen++;
            }
            boolean changed = is && !(was && walk.idEqual(0, 1));
            if ((!changed && (!was || is)) || !isPossible()) {
                return;
            }
            budget.keeps(walk.getPathLength());
            String path = walk.getPathString();
            if (!changed) {
                removed.add(path);
            } else if (put.putIfAbsent(path, new Blob(path, walk.getObjectId(1).name())) != null) {
                refused.add(new Refused(path, "duplicate_path"));
            }
        }

        /// A path that a search may answer with: an agent opens it in its own working copy.
        private boolean isPossible() throws IOException {
            boolean tooLong = walk.getPathLength() > MOST_PATH_BYTES;
            if (!tooLong && isName(walk.getNameString())) {
                return true;
            }
            if (walk.getRawMode(1) != 0) {
                String path = walk.getPathString();
                String start = path.substring(0, Math.min(path.length(), SHOWN_PATH_CHARACTERS));
                budget.keeps(start.length());
                refused.add(new Refused(start, tooLong ? "path_too_long" : "invalid_name"));
            }
            return false;
        }

        private static boolean isName(String name) {
            return !name.isEmpty()
                    && !name.equals(".")
                    && !name.equals("..")
                    && !name.equalsIgnoreCase(Constants.DOT_GIT)
                    && name.indexOf('/') < 0;
        }
    }

    static boolean isFile(FileMode mode) {
        return mode == FileMode.REGULAR_FILE || mode == FileMode.EXECUTABLE_FILE;
    }
}
