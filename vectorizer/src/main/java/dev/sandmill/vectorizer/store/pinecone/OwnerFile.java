package dev.sandmill.vectorizer.store.pinecone;

import dev.sandmill.vectorizer.store.StoreFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/// Whose namespaces are whose: a name made by chance that lies in the index folder. Several folders share an index at
/// Pinecone without touching each other's vectors, and a folder that is lost is started anew.
final class OwnerFile {
    private static final String FILE = "pinecone.owner";
    private static final int BYTES = 8;

    private OwnerFile() {}

    /// Of a folder that belongs to this process.
    static String in(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            if (Files.exists(file)) {
                String owner = Files.readString(file).strip();
                if (!owner.matches("[0-9a-f]{" + 2 * BYTES + "}")) {
                    throw new StoreFailedException(
                            file
                                    + " is damaged; delete it and index again, and Pinecone's namespaces of before by hand",
                            null);
                }
                return owner;
            }
            byte[] random = new byte[BYTES];
            new SecureRandom().nextBytes(random);
            Path whole = Files.writeString(
                    folder.resolve(FILE + ".new"), HexFormat.of().formatHex(random));
            Files.move(whole, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            return Files.readString(file);
        } catch (IOException failed) {
            throw new StoreFailedException("cannot read or write " + file, failed);
        }
    }
}
