package dev.sandmill.vectorizer.store;

import dev.sandmill.api.BreakerState;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Keeps postings and finds them again by vector and by words. Thread-safe, but for writers of one partition, of
/// which there may be one at a time. Tenants never see each other. Every method may throw [StoreFailedException].
public interface VectorStore extends AutoCloseable {
    /// What is held of a file, uncommitted changes included, in no particular order.
    List<Held> held(Partition partition, String path);

    /// Puts these entries in the place of all that is held of the file; none removes it.
    void replaceFile(Partition partition, String path, List<Entry> entries);

    /// All rows of a file as they were put, uncommitted changes included, in the file's order.
    List<Entry> rows(Partition partition, String path);

    /// Rows with exact vectors, out of the whole partition; uncommitted changes may be missing.
    ///
    /// @param most of them
    List<Entry> exactRows(Partition partition, int most);

    /// Files that have sketches, uncommitted changes included, in no particular order.
    ///
    /// @param except paths to leave out
    /// @param limit of files
    List<SketchedFile> sketched(Partition partition, Set<String> except, int limit);

    /// Makes all changes of the partition durable and searchable, with `commit` as their watermark.
    void commit(Partition partition, String commit);

    /// The newest watermark of a repository, whichever branch it is of.
    Optional<Watermark> watermark(String tenant, String repository);

    /// Paths held of a partition, uncommitted changes included.
    List<String> paths(Partition partition);

    void drop(String tenant, String repository);

    /// What may answer a probe, in no particular order; only of committed branches.
    List<Found> search(String tenant, Probe probe);

    /// What keeps this store from working, if anything does.
    Optional<String> problem();

    /// Of the services outside of this process that it asks.
    default List<BreakerState> breakers() {
        return List.of();
    }

    @Override
    void close();
}
