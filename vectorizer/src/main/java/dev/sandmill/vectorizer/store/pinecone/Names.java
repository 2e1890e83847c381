package dev.sandmill.vectorizer.store.pinecone;

import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Partition;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// What things are called at Pinecone: hashes, so that no tenant, repository, path or text leaves this machine in the
/// clear.
///
/// @param owner of the namespaces: one index folder
/// @param generation of vectors and chunks
record Names(String owner, String generation) {
    /// A folder deeper than this is not told apart from those beside it; metadata may have 40 KB.
    static final int MAX_FOLDERS = 24;

    private static final int SHORT = 16;
    private static final int LONG = 32;

    String namespace(String tenant) {
        return namespacesOf(tenant) + hash(SHORT, generation);
    }

    /// How the tenant's namespaces of all generations begin.
    String namespacesOf(String tenant) {
        return "sandmill-" + owner + "-" + hash(SHORT, tenant) + "-";
    }

    static String partition(Partition partition) {
        return hash(SHORT, partition.repository(), partition.branch());
    }

    static String repository(String name) {
        return hash(SHORT, name);
    }

    /// @param occurrence of the same chunk in the file, from 0
    static String row(Partition partition, String path, String fingerprint, Fidelity fidelity, int occurrence) {
        return partition(partition) + "-"
                + hash(LONG, path, fingerprint, fidelity.name(), Integer.toString(occurrence));
    }

    /// The folders that a file is in, the outermost first.
    static List<String> folders(String path) {
        List<String> folders = new ArrayList<>();
        int slash = path.indexOf('/');
        while (slash >= 0 && folders.size() < MAX_FOLDERS) {
            folders.add(hash(SHORT, path.substring(0, slash + 1)));
            slash = path.indexOf('/', slash + 1);
        }
        return folders;
    }

    /// Fields that end with a NUL each, which is in none of them but, maybe, the last.
    private static String hash(int digits, String... fields) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String field : fields) {
                digest.update(field.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, digits);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
