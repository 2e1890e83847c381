package dev.sandmill.orchestrator.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.EmptyProgressMonitor;

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

    private long size() {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.mapToLong(FetchBudget::size).sum();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (NoSuchFileException renamedMeanwhile) {
            return 0;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
