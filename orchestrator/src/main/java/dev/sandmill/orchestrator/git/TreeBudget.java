package dev.sandmill.orchestrator.git;

import java.io.IOException;

/// What a commit's tree may cost. A few kilobytes of git objects can say that there are ten thousand million files,
/// since
/// a directory may hold the same one many times.
final class TreeBudget {
    /// Ten times what the largest repositories have, and some seconds of walking.
    private static final long MOST_ENTRIES = 4_000_000;
    /// A share of the heap for the paths of one tree.
    private static final int HEAP_SHARE = 8;
    /// What a path takes besides its text.
    private static final int PER_PATH_BYTES = 200;

    private final long mostEntries;
    private final long mostBytes;
    private long entries;
    private long bytes;

    TreeBudget(long mostEntries, long mostBytes) {
        this.mostEntries = mostEntries;
        this.mostBytes = mostBytes;
    }

    static TreeBudget ofThisProcess() {
        return new TreeBudget(MOST_ENTRIES, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    }

    /// A tree that nobody can list.
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        private TooLarge(String message) {
            super(message);
        }
    }

    /// One more file, directory or link was met.
    void met() throws IOException {
        if (++entries > mostEntries) {
            throw new TooLarge("its tree has more than " + mostEntries + " files and directories");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new IOException("the walk through the tree was stopped");
        }
    }

    /// One more path is kept.
    void keeps(int pathLength) throws TooLarge {
        bytes += pathLength + PER_PATH_BYTES;
        if (bytes > mostBytes) {
            throw new TooLarge(
                    "the paths of its files take more than " + mostBytes
                            + " bytes of memory, an eighth of the service's heap; give it more (-Xmx) or register a part of it");
        }
    }
}
