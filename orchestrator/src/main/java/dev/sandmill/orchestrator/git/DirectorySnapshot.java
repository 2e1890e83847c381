package dev.sandmill.orchestrator.git;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.ZoneOffset;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.dircache.InvalidPathException;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;

/// A folder that is no git repository, hashed into a commit of its mirror. Equal folders make equal commits, so a later
/// snapshot differs from an earlier one by blob id like any two commits. Links and folders named `.git` are left out.
final class DirectorySnapshot {
    static final String BRANCH = "main";

    private static final int MAX_FILES = 200_000;
    private static final long MAX_FILE_BYTES = 16L << 20;

    private final Repository mirror;
    private final Path folder;
    private final FetchBudget budget;

    DirectorySnapshot(Repository mirror, Path folder, FetchBudget budget) {
        this.mirror = mirror;
        this.folder = folder;
        this.budget = budget;
    }

    /// Returns the branch that now points to the snapshot.
    String take() throws IOException, GitFailure {
        try (ObjectInserter inserter = mirror.newObjectInserter()) {
            DirCache files = DirCache.newInCore();
            DirCacheBuilder builder = files.builder();
            Collector collector = new Collector(inserter, builder);
            Files.walkFileTree(folder, collector);
            if (collector.overflow) {
                throw new GitFailure("the folder has more than " + MAX_FILES + " files: " + folder, false);
            }
            if (budget.isCancelled()) {
                throw new GitFailure("the folder was not read to its end", true);
            }
            builder.finish();
            ObjectId commit = inserter.insert(commit(files.writeTree(inserter)));
            inserter.flush();
            point(commit);
            return BRANCH;
        }
    }

    private static CommitBuilder commit(ObjectId tree) {
        PersonIdent nobody = new PersonIdent("sandmill", "", Instant.EPOCH, ZoneOffset.UTC);
        CommitBuilder commit = new CommitBuilder();
        commit.setTreeId(tree);
        commit.setAuthor(nobody);
        commit.setCommitter(nobody);
        commit.setMessage("snapshot\n");
        return commit;
    }

    private void point(ObjectId commit) throws IOException {
        RefUpdate update = mirror.updateRef(Constants.R_HEADS + BRANCH);
        update.setNewObjectId(commit);
        update.disableRefLog();
        RefUpdate.Result result = update.forceUpdate();
        switch (result) {
            case NEW, FORCED, NO_CHANGE, FAST_FORWARD -> {
                return;
            }
            default -> throw new IOException("the snapshot could not be stored: " + result);
        }
    }

    private final class Collector extends SimpleFileVisitor<Path> {
        private final ObjectInserter inserter;
        private final DirCacheBuilder builder;
        private int count;
        private boolean overflow;

        Collector(ObjectInserter inserter, DirCacheBuilder builder) {
            this.inserter = inserter;
            this.builder = builder;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            Path name = directory.getFileName();
            return name != null && name.toString().equals(Constants.DOT_GIT)
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (budget.isCancelled() || Thread.currentThread().isInterrupted()) {
                budget.cancel();
                return FileVisitResult.TERMINATE;
            }
            if (!attributes.isRegularFile() || attributes.size() > MAX_FILE_BYTES) {
                return FileVisitResult.CONTINUE;
            }
            if (++count > MAX_FILES) {
                overflow = true;
                return FileVisitResult.TERMINATE;
            }
            add(file);
            return FileVisitResult.CONTINUE;
        }

        /// A file that can not be read is as good as absent.
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failed) {
            return FileVisitResult.CONTINUE;
        }

        private void add(Path file) throws IOException {
            DirCacheEntry entry;
            try {
                entry = new DirCacheEntry(folder.relativize(file).toString());
            } catch (InvalidPathException notForGit) {
                return;
            }
            byte[] bytes;
            try (InputStream input = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                bytes = input.readNBytes((int) MAX_FILE_BYTES);
            } catch (NoSuchFileException | AccessDeniedException gone) {
                return;
            }
            entry.setFileMode(FileMode.REGULAR_FILE);
            entry.setObjectId(inserter.insert(Constants.OBJ_BLOB, bytes));
            builder.add(entry);
        }
    }
}
