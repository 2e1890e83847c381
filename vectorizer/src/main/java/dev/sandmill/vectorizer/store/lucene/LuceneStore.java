package dev.sandmill.vectorizer.store.lucene;

import dev.sandmill.vectorizer.store.Entry;
import dev.sandmill.vectorizer.store.Found;
import dev.sandmill.vectorizer.store.Held;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.Probe;
import dev.sandmill.vectorizer.store.SketchedFile;
import dev.sandmill.vectorizer.store.StoreFailedException;
import dev.sandmill.vectorizer.store.VectorStore;
import dev.sandmill.vectorizer.store.Watermark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;

/// The embedded store. Under its folder each tenant has one of its own, and in it one index for each generation of
/// schema, model and chunker: postings of different models never meet, and going back to an earlier one finds its
/// index again.
public final class LuceneStore implements VectorStore {
    private final FolderLock lock;
    private final Layout layout;
    private final boolean graphs;
    private final Map<String, TenantIndex> open = new HashMap<>();
    private final Map<String, String> problems = new ConcurrentHashMap<>();
    private boolean closed;

    private LuceneStore(FolderLock lock, Layout layout, boolean graphs) {
        this.lock = lock;
        this.layout = layout;
        this.graphs = graphs;
    }

    /// Opens the store in a folder, which is made where it is missing and belongs to this process until closed.
    ///
    /// @param generation of the vectors and chunks: changes with model and chunker
    public static LuceneStore open(Path folder, String generation) {
        return new LuceneStore(FolderLock.take(folder), new Layout(folder, generation), true);
    }

    /// The same for rows with names, whose vectors are searched elsewhere and only compared here.
    public static LuceneStore openNamed(Path folder, String generation) {
        return new LuceneStore(FolderLock.take(folder), new Layout(folder, generation + "\0named"), false);
    }

    @Override
    public List<Held> held(Partition partition, String path) {
        return reading(partition.tenant(), List.of(), index -> index.held(partition, path));
    }

    @Override
    public List<Entry> rows(Partition partition, String path) {
        return reading(partition.tenant(), List.of(), index -> index.rows(partition, path));
    }

    @Override
    public List<Entry> exactRows(Partition partition, int most) {
        return reading(partition.tenant(), List.of(), index -> index.exactRows(partition, most));
    }

    @Override
    public List<SketchedFile> sketched(Partition partition, Set<String> except, int limit) {
        return reading(partition.tenant(), List.of(), index -> index.sketched(partition, except, limit));
    }

    @Override
    public void replaceFile(Partition partition, String path, List<Entry> entries) {
        writing(partition.tenant(), index -> index.replaceFile(partition, path, entries));
    }

    /// As [#replaceFile], with a name for each row.
    public void replaceNamed(Partition partition, String path, List<NamedRow> rows) {
        writing(partition.tenant(), index -> index.replaceNamed(partition, path, rows));
    }

    /// Those of the names that are a row's, uncommitted changes included.
    public Set<String> known(String tenant, Collection<String> names) {
        return reading(tenant, Set.of(), index -> index.known(names));
    }

    @Override
    public void commit(Partition partition, String commit) {
        writing(partition.tenant(), index -> index.commit(partition, commit));
    }

    @Override
    public Optional<Watermark> watermark(String tenant, String repository) {
        return reading(tenant, Optional.empty(), index -> index.watermark(repository));
    }

    @Override
    public List<String> paths(Partition partition) {
        return reading(partition.tenant(), List.of(), index -> index.paths(partition));
    }

    @Override
    public void drop(String tenant, String repository) {
        reading(tenant, true, index -> {
            index.drop(repository);
            return true;
        });
        layout.deleteOtherGenerations(tenant);
    }

    @Override
    public List<Found> search(String tenant, Probe probe) {
        return reading(tenant, List.of(), index -> index.search(probe, null));
    }

    public List<Found> search(String tenant, Probe probe, Neighbours neighbours) {
        return reading(tenant, List.of(), index -> index.search(probe, neighbours));
    }

    @Override
    public synchronized Optional<String> problem() {
        if (closed) {
            return Optional.of("the store is closed");
        }
        return problems.values().stream().findFirst();
    }

    private <T> T reading(String tenant, T withoutIndex, Use<T> use) {
        TenantIndex index = index(tenant, false);
        return index == null ? withoutIndex : using(tenant, index, use);
    }

    private void writing(String tenant, Change change) {
        TenantIndex index = index(tenant, true);
        if (index == null) {
            throw new IllegalStateException("no index was made for writing");
        }
        using(tenant, index, used -> {
            change.apply(used);
            return true;
        });
    }

    private <T> T using(String tenant, TenantIndex index, Use<T> use) {
        try {
            T result = use.apply(index);
            problems.remove(tenant);
            return result;
        } catch (IOException | IllegalStateException failed) {
            throw failed(tenant, failed);
        }
    }

    /// The tenant's index, or null where it has none and none is to be made. One that gave up is opened again.
    private synchronized @Nullable TenantIndex index(String tenant, boolean create) {
        if (closed) {
            throw new StoreFailedException("the store is closed", null);
        }
        TenantIndex known = open.get(tenant);
        if (known != null && !known.isBroken()) {
            return known;
        }
        Path folder = layout.indexOf(tenant);
        try {
            if (known != null) {
                open.remove(tenant);
                known.close();
            }
            if (!create && !exists(folder)) {
                return null;
            }
            TenantIndex opened = TenantIndex.open(tenant, folder, graphs);
            open.put(tenant, opened);
            return opened;
        } catch (IOException | IllegalStateException | IllegalArgumentException failed) {
            throw failed(tenant, failed);
        }
    }

    private static boolean exists(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (FSDirectory directory = FSDirectory.open(folder)) {
            return DirectoryReader.indexExists(directory);
        }
    }

    private StoreFailedException failed(String tenant, Exception cause) {
        String message = "the index in " + layout.indexOf(tenant) + " cannot be used: " + cause.getMessage()
                + "; if it is damaged, delete that folder and index again";
        problems.put(tenant, message);
        return new StoreFailedException(message, cause);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (lock) {
            for (TenantIndex index : open.values()) {
                index.close();
            }
        } catch (IOException failed) {
            throw new StoreFailedException("cannot close the store in " + layout.folder(), failed);
        }
    }

    @FunctionalInterface
    private interface Use<T> {
        T apply(TenantIndex index) throws IOException;
    }

    @FunctionalInterface
    private interface Change {
        void apply(TenantIndex index) throws IOException;
    }
}
