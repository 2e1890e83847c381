package dev.sandmill.vectorizer.embed.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The token table for each repository: the one that is shipped, or the one that was fitted to the repository's own
/// chunks. All lie in the space of one model, so that their vectors compare. One file for each, in a folder that
/// belongs
/// to this process; at most [#MOST_HELD] of some 4 MB are in memory. Thread-safe.
///
/// A file, big endian: magic (4), version (4), whom it is for (32: SHA-256 of models, tenant and repository), how many
/// exact rows the repository had (8), the table; last, CRC-32C of all before (4). One that is damaged, of another
/// version or for something else is deleted, and the shipped table serves until the next fit.
public final class RepositoryTables {
    /// In memory at a time.
    static final int MOST_HELD = 8;

    private static final Logger LOG = LoggerFactory.getLogger(RepositoryTables.class);
    private static final int MAGIC = 0x534D5254;
    private static final int VERSION = 1;
    private static final int HEAD = 2 * Integer.BYTES + 32 + Long.BYTES;
    private static final long MOST_BYTES = 64L << 20;

    private final Path folder;
    private final StaticEmbedder shipped;
    private final String models;
    private final Map<Path, Fitted> held = new LinkedHashMap<>(MOST_HELD, 0.75f, true);

    /// @param exactRows how many the repository had when it was fitted; 0 for the shipped table
    private record Fitted(StaticEmbedder table, long exactRows) {}

    /// @param folder made when the first table is kept
    /// @param models changes with the shipped table and with the model in whose space it is
    public RepositoryTables(Path folder, StaticEmbedder shipped, String models) {
        this.folder = folder;
        this.shipped = shipped;
        this.models = models;
    }

    /// The table that makes the repository's sketches.
    public StaticEmbedder of(String tenant, String repository) {
        return fitted(tenant, repository).table();
    }

    /// How many exact rows the repository had when its table was fitted; 0 where it has none of its own.
    public long exactRows(String tenant, String repository) {
        return fitted(tenant, repository).exactRows();
    }

    /// How many texts a fit takes at least and at most.
    public static int leastTexts() {
        return TableRefit.LEAST_TEXTS;
    }

    public static int mostTexts() {
        return TableRefit.MOST_TEXTS;
    }

    /// Fits the shipped table to texts of the repository and keeps what came out, if it is closer to the vectors of
    /// texts that it has not seen.
    ///
    /// @param vectors of the texts by the model
    /// @param exactRows how many the repository has now
    /// @return whether the repository has a new table
    public boolean fit(String tenant, String repository, List<String> texts, float[][] vectors, long exactRows)
            throws InterruptedException, IOException {
        Optional<StaticEmbedder> fitted = shipped.fittedTo(texts, vectors);
        if (fitted.isEmpty()) {
            return false;
        }
        byte[] table = fitted.get().toBytes();
        ByteBuffer bytes = ByteBuffer.allocate(HEAD + table.length + Integer.BYTES);
        bytes.putInt(MAGIC).putInt(VERSION).put(identity(tenant, repository)).putLong(exactRows);
        bytes.put(table);
        bytes.putInt(checksum(bytes.array()));
        Path file = file(tenant, repository);
        synchronized (held) {
            write(file, bytes.flip());
            hold(file, new Fitted(fitted.get(), exactRows));
        }
        return true;
    }

    private static void write(Path file, ByteBuffer bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Forgets the repository's own table.
    public void drop(String tenant, String repository) {
        Path file = file(tenant, repository);
        synchronized (held) {
            held.remove(file);
            delete(file);
        }
    }

    /// The same where no model uses the tables now.
    public static void drop(Path folder, String tenant, String repository) {
        delete(file(folder, tenant, repository));
    }

    private Fitted fitted(String tenant, String repository) {
        Path file = file(tenant, repository);
        synchronized (held) {
            Fitted known = held.get(file);
            if (known == null) {
                known = read(file, identity(tenant, repository));
                hold(file, known);
            }
            return known;
        }
    }

    private void hold(Path file, Fitted table) {
        held.put(file, table);
        if (held.size() > MOST_HELD) {
            held.remove(held.keySet().iterator().next());
        }
    }

    private Fitted read(Path file, byte[] identity) {
        if (!Files.exists(file)) {
            return new Fitted(shipped, 0);
        }
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IllegalArgumentException("it has more than " + MOST_BYTES + " bytes");
            }
            return read(Files.readAllBytes(file), identity);
        } catch (IOException | IllegalArgumentException unusable) {
            LOG.warn("the fitted token table {} is not used and fitted again: {}", file, unusable.getMessage());
            delete(file);
            return new Fitted(shipped, 0);
        }
    }

    private Fitted read(byte[] bytes, byte[] identity) {
        if (bytes.length < HEAD + Integer.BYTES) {
            throw new IllegalArgumentException("it is cut off");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getInt() != MAGIC || in.getInt() != VERSION) {
            throw new IllegalArgumentException("it is of another kind or version");
        }
        if (in.getInt(bytes.length - Integer.BYTES) != checksum(bytes)) {
            throw new IllegalArgumentException("its checksum is wrong");
        }
        byte[] itsIdentity = new byte[identity.length];
        in.get(itsIdentity);
        if (!MessageDigest.isEqual(identity, itsIdentity)) {
            throw new IllegalArgumentException("it was fitted for another repository or model");
        }
        long exactRows = in.getLong();
        return new Fitted(shipped.with(Arrays.copyOfRange(bytes, HEAD, bytes.length - Integer.BYTES)), exactRows);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException stays) {
            LOG.warn("the token table {} cannot be deleted", file, stays);
        }
    }

    private static int checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, bytes.length - Integer.BYTES);
        return (int) checksum.getValue();
    }

    private Path file(String tenant, String repository) {
        return file(folder, tenant, repository);
    }

    /// No name from outside becomes a path.
    private static Path file(Path folder, String tenant, String repository) {
        String name = HexFormat.of().formatHex(sha256(tenant + "\0" + repository));
        return folder.resolve(name + ".table");
    }

    private byte[] identity(String tenant, String repository) {
        return sha256(models + "\0" + tenant + "\0" + repository);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
