package dev.sandmill.orchestrator.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// The file with this instance's first key: made at first start, readable by its owner alone.
public final class AdminKey {
    private AdminKey() {}

    /// Reads the key, making it first where there is none. Two processes that start at once agree on one.
    public static String readOrCreate(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path fresh = Files.createTempFile(
                    file.toAbsolutePath().getParent(),
                    "admin",
                    ".key",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, KeySecret.random() + "\n");
            try {
                Files.createLink(file, fresh);
            } catch (FileAlreadyExistsException anotherProcessWasFaster) {
                return read(file);
            } catch (UnsupportedOperationException noHardLinks) {
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
                return read(file);
            } finally {
                Files.deleteIfExists(fresh);
            }
        }
        return read(file);
    }

    private static String read(Path file) throws IOException {
        String key = Files.readString(file, StandardCharsets.US_ASCII).strip();
        if (!KeySecret.isWellFormed(key)) {
            throw new IOException(file + " does not hold a key; remove it, and the next start makes a new one");
        }
        return key;
    }
}
