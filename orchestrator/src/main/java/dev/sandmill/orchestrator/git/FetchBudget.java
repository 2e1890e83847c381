package dev.sandmill.orchestrator.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jgit.lib.EmptyProgressMonitor;
import org.jspecify.annotations.Nullable;

/// Tells git to stop once the mirror is too large or nobody waits any more.
final class FetchBudget extends EmptyProgressMonitor {
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Path folder;
    private final long maxBytes;
    private volatile boolean cancelled;
    private volatile boolean exceeded;
    private long checkedAt = System.nanoTime();

    FetchBudget(Path folder, long maxBytes) {
        this.folder = folder;
        this.maxBytes = maxBytes;
    }

    void cancel() {
        cancelled = true;
    }

    boolean isExceeded() {
        return exceeded;
    }

    /// For a fetch that was over before anybody asked.
    void requireWithin() throws IOException {
        check();
        if (exceeded) {
            throw new IOException("the mirror is larger than " + maxBytes + " bytes");
        }
    }

    @Override
    public void endTask() {
        check();
    }

    @Override
    public boolean isCancelled() {
        if (System.nanoTime() - checkedAt > CHECK_NANOS) {
            check();
        }
        return cancelled || exceeded;
    }

    private void check() {
        checkedAt = System.nanoTime();
        if (size() > maxBytes) {
            exceeded = true;
        }
    }

    /// Files come and go while git works; what is gone counts nothing.
    private long size() {
        AtomicLong bytes = new AtomicLong();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    bytes.addAndGet(attributes.size());
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException incomplete) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return bytes.get();
    }
}
