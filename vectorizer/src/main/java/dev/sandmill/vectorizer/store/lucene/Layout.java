package dev.sandmill.vectorizer.store.lucene;

import dev.sandmill.vectorizer.store.StoreFailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// Which folder holds what: `TENANT/GENERATION`, both as hashes, so that no name from outside becomes a path.
record Layout(Path folder, String generation) {
    private static final int HEX_DIGITS = 32;

    Path indexOf(String tenant) {
        return tenantFolder(tenant).resolve(generationName());
    }

    private Path tenantFolder(String tenant) {
        return folder.resolve("tenant-" + hash(tenant));
    }

    private String generationName() {
        return "generation-" + hash(Schema.VERSION + "\0" + generation);
    }

    void deleteOtherGenerations(String tenant) {
        Path tenantFolder = tenantFolder(tenant);
        if (!Files.isDirectory(tenantFolder)) {
            return;
        }
        try (Stream<Path> children = Files.list(tenantFolder)) {
            for (Path child : children.toList()) {
                if (!child.getFileName().toString().equals(generationName())) {
                    deleteAll(child);
                }
            }
        } catch (IOException failed) {
            throw new StoreFailedException("cannot delete earlier indexes in " + tenantFolder, failed);
        }
    }

    private static void deleteAll(Path root) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(root)) {
            deepestFirst = all.toList().reversed();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, HEX_DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
