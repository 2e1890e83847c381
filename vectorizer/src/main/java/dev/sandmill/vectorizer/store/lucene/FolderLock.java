package dev.sandmill.vectorizer.store.lucene;

import dev.sandmill.vectorizer.store.StoreFailedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A folder that belongs to this process. The operating system gives it back when the process ends, however it ends.
final class FolderLock implements AutoCloseable {
    private static final String FILE = "owner.lock";

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    static FolderLock take(Path folder) {
        FileChannel channel;
        try {
            Files.createDirectories(folder);
            channel = FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException failed) {
            throw new StoreFailedException("cannot write to the index folder " + folder, failed);
        }
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new FolderLock(channel);
            }
            channel.close();
        } catch (OverlappingFileLockException | IOException held) {
            throw inUse(folder, held, channel);
        }
        throw new StoreFailedException(inUse(folder), null);
    }

    private static StoreFailedException inUse(Path folder, Exception cause, FileChannel channel) {
        StoreFailedException failure = new StoreFailedException(inUse(folder), cause);
        try {
            channel.close();
        } catch (IOException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
        return failure;
    }

    private static String inUse(Path folder) {
        return "the index folder " + folder + " is in use by another process; give this one a folder of its own";
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
