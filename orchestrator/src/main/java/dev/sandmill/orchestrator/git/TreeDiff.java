package dev.sandmill.orchestrator.git;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
/// @param seen files in the commit's tree
public record TreeDiff(List<Blob> put, List<String> removed, long seen) {
    public TreeDiff {
        put = List.copyOf(put);
        removed = List.copyOf(removed);
    }

    /// A file and git's id of its content.
    public record Blob(String path, String blobId) {}

    static TreeDiff between(ObjectReader reader, @Nullable String base, String commit) throws IOException {
        List<Blob> put = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        long seen = 0;
        try (RevWalk commits = new RevWalk(reader);
                TreeWalk walk = new TreeWalk(reader)) {
            if (base == null) {
                walk.addTree(new EmptyTreeIterator());
            } else {
                walk.addTree(commits.parseCommit(ObjectId.fromString(base)).getTree());
            }
            walk.addTree(commits.parseCommit(ObjectId.fromString(commit)).getTree());
            walk.setRecursive(true);
            while (walk.next()) {
                boolean was = isFile(walk.getFileMode(0));
                boolean is = isFile(walk.getFileMode(1));
                if (is) {
                    seen++;
                }
                if (is && !(was && walk.idEqual(0, 1))) {
                    put.add(new Blob(walk.getPathString(), walk.getObjectId(1).name()));
                } else if (was && !is) {
                    removed.add(walk.getPathString());
                }
            }
        }
        return new TreeDiff(put, removed, seen);
    }

    static boolean isFile(FileMode mode) {
        return mode == FileMode.REGULAR_FILE || mode == FileMode.EXECUTABLE_FILE;
    }
}
