package dev.sandmill.orchestrator.holder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// The name of an index folder, which stays with it: a folder that was deleted and made again is another index.
final class IndexIdentity {
    private static final String FILE = "identity";
    private static final int BYTES = 16;
    private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{" + 2 * BYTES + "}");

    private IndexIdentity() {}

    /// @param folder that belongs to this process
    static String of(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            if (Files.exists(file)) {
                String known = Files.readString(file, StandardCharsets.UTF_8).strip();
                if (SHAPE.matcher(known).matches()) {
                    return known;
                }
            }
            byte[] random = new byte[BYTES];
            new SecureRandom().nextBytes(random);
            String made = HexFormat.of().formatHex(random);
            Path written = folder.resolve(FILE + ".new");
            Files.writeString(written, made, StandardCharsets.UTF_8);
            moved(written, file);
            return made;
        } catch (IOException unusable) {
            throw new UncheckedIOException("the index folder " + folder + " is not usable", unusable);
        }
    }

    private static void moved(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException plain) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
