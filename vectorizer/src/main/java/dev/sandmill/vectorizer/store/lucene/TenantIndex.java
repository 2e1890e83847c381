package dev.sandmill.vectorizer.store.lucene;

import dev.sandmill.vectorizer.store.Entry;
import dev.sandmill.vectorizer.store.Found;
import dev.sandmill.vectorizer.store.Held;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.Probe;
import dev.sandmill.vectorizer.store.SketchedFile;
import dev.sandmill.vectorizer.store.Watermark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;
import org.jspecify.annotations.Nullable;

/// One tenant's index on disk: one writer, a reader that sees its pending changes and one that moves on at commits.
/// What was not committed when the process ends is gone, however it ends.
final class TenantIndex implements AutoCloseable {
    private static final double BUFFER_MEGABYTES = 64;
    private static final int CONNECTIONS = 16;
    private static final int BEAM_WIDTH = 100;
    /// Vectors that a search for so many neighbours would look at anyway are compared one by one: up to some 10,000
    /// exact ones in a segment, and 250,000 sketches, which do not stay for long, have no graph.
    private static final KnnVectorsFormat EXACT = format(1_000);

    private static final KnnVectorsFormat SKETCHES = format(20_000);
    /// Of rows whose vectors are searched elsewhere: no graph is ever built.
    private static final KnnVectorsFormat NO_GRAPH = format(Integer.MAX_VALUE);
    private static final int MAX_UNSEEN_FILES = 100_000;

    private final String tenant;
    private final Directory directory;
    private final IndexWriter writer;
    private final SearcherManager pending;
    private final SearcherManager committed;
    /// Files written since `pending` was refreshed last; whoever asks for others need not wait for that.
    private final Set<String> unseen = new HashSet<>();
    private volatile Watermarks watermarks;

    private TenantIndex(String tenant, Directory directory, IndexWriter writer) throws IOException {
        this.tenant = tenant;
        this.directory = directory;
        this.writer = writer;
        this.pending = new SearcherManager(writer, null);
        this.committed = new SearcherManager(writer, null);
        this.watermarks = Watermarks.read(writer.getLiveCommitData() == null ? List.of() : writer.getLiveCommitData());
    }

    private static KnnVectorsFormat format(int neighboursWithoutGraph) {
        return new Lucene104HnswScalarQuantizedVectorsFormat(
                ScalarEncoding.UNSIGNED_BYTE, CONNECTIONS, BEAM_WIDTH, 1, null, neighboursWithoutGraph);
    }

    /// @param graphs whether the vectors are searched here
    static TenantIndex open(String tenant, Path folder, boolean graphs) throws IOException {
        Directory directory = FSDirectory.open(folder);
        @Nullable IndexWriter writer = null;
        try {
            IndexWriterConfig config = new IndexWriterConfig(new CodeAnalyzer())
                    .setRAMBufferSizeMB(BUFFER_MEGABYTES)
                    .setCommitOnClose(false)
                    .setCodec(new Lucene104Codec() {
                        @Override
                        public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                            if (!graphs) {
                                return NO_GRAPH;
                            }
                            return field.equals(Schema.SKETCH) ? SKETCHES : EXACT;
                        }
                    });
            writer = new IndexWriter(directory, config);
            return new TenantIndex(tenant, directory, writer);
        } catch (IOException | RuntimeException failed) {
            if (writer != null) {
                writer.rollback();
            }
            directory.close();
            throw failed;
        }
    }

    /// Whether the writer gave up after an error, as it does when the disk is full.
    boolean isBroken() {
        return !writer.isOpen();
    }

    void replaceFile(Partition partition, String path, List<Entry> entries) throws IOException {
        List<Document> documents = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            documents.add(Schema.document(partition, entry, documents.isEmpty()));
        }
        replace(partition, path, documents);
    }

    void replaceNamed(Partition partition, String path, List<NamedRow> rows) throws IOException {
        List<Document> documents = new ArrayList<>(rows.size());
        for (NamedRow row : rows) {
            documents.add(Schema.named(partition, row, documents.isEmpty()));
        }
        replace(partition, path, documents);
    }

    private void replace(Partition partition, String path, List<Document> documents) throws IOException {
        Term file = Schema.file(partition, path);
        if (documents.isEmpty()) {
            writer.deleteDocuments(file);
        } else {
            writer.updateDocuments(file, documents);
        }
        synchronized (unseen) {
            unseen.add(file.text());
        }
    }

    List<Held> held(Partition partition, String path) throws IOException {
        Term file = Schema.file(partition, path);
        return inPending(isUnseen(file), searcher -> Scan.held(searcher, new TermQuery(file)));
    }

    List<Entry> rows(Partition partition, String path) throws IOException {
        Term file = Schema.file(partition, path);
        return inPending(isUnseen(file), searcher -> Scan.rows(searcher, new TermQuery(file)));
    }

    /// Those of the names that are a row's, uncommitted changes included.
    Set<String> known(Collection<String> names) throws IOException {
        return inPending(true, searcher -> {
            Set<String> known = new HashSet<>();
            for (String name : names) {
                if (searcher.count(new TermQuery(new Term(Schema.NAME, name))) > 0) {
                    known.add(name);
                }
            }
            return known;
        });
    }

    private boolean isUnseen(Term file) {
        synchronized (unseen) {
            return unseen.size() > MAX_UNSEEN_FILES || unseen.contains(file.text());
        }
    }

    List<SketchedFile> sketched(Partition partition, Set<String> except, int limit) throws IOException {
        return inPending(true, searcher -> Scan.sketched(searcher, sketchesOf(partition), except, limit));
    }

    List<Entry> exactRows(Partition partition, int most) throws IOException {
        Query exact = new BooleanQuery.Builder()
                .add(new TermQuery(new Term(Schema.PARTITION, Schema.key(partition))), BooleanClause.Occur.FILTER)
                .add(new TermQuery(new Term(Schema.IS_SKETCH, "1")), BooleanClause.Occur.MUST_NOT)
                .build();
        return inPending(false, searcher -> Scan.rows(searcher, exact, most));
    }

    List<String> paths(Partition partition) throws IOException {
        return inPending(true, searcher -> Scan.paths(searcher, firstOf(partition)));
    }

    synchronized void commit(Partition partition, String commit) throws IOException {
        Watermark watermark = inPending(
                true,
                searcher -> new Watermark(
                        partition.branch(),
                        commit,
                        searcher.count(firstOf(partition)),
                        searcher.count(new TermQuery(new Term(Schema.PARTITION, Schema.key(partition)))),
                        searcher.count(sketchesOf(partition))));
        publish(watermarks.with(partition.repository(), watermark));
    }

    synchronized void drop(String repository) throws IOException {
        writer.deleteDocuments(new Term(Schema.REPOSITORY, repository));
        publish(watermarks.without(repository));
    }

    private void publish(Watermarks changed) throws IOException {
        writer.setLiveCommitData(changed.toCommitData().entrySet());
        writer.commit();
        committed.maybeRefreshBlocking();
        watermarks = changed;
    }

    Optional<Watermark> watermark(String repository) {
        return watermarks.of(repository);
    }

    /// @param neighbours null where the index is to search its vectors itself
    List<Found> search(Probe probe, @Nullable Neighbours neighbours) throws IOException {
        Watermarks marks = watermarks;
        List<Partition> partitions = marks.partitions(tenant, probe.repositories());
        if (partitions.isEmpty()) {
            return List.of();
        }
        IndexSearcher searcher = committed.acquire();
        try {
            NearestRows nearest =
                    neighbours == null ? NearestRows.in(searcher) : NearestRows.of(neighbours, partitions, searcher);
            return new HybridSearch(searcher, marks, nearest)
                    .find(probe, partitions.stream().map(Schema::key).toList());
        } finally {
            committed.release(searcher);
        }
    }

    private static Query firstOf(Partition partition) {
        return ofPartition(partition, Schema.FIRST);
    }

    private static Query sketchesOf(Partition partition) {
        return ofPartition(partition, Schema.IS_SKETCH);
    }

    private static Query ofPartition(Partition partition, String mark) {
        return new BooleanQuery.Builder()
                .add(new TermQuery(new Term(Schema.PARTITION, Schema.key(partition))), BooleanClause.Occur.FILTER)
                .add(new TermQuery(new Term(mark, "1")), BooleanClause.Occur.FILTER)
                .build();
    }

    /// @param fresh whether what was written a moment ago has to be seen
    private <T> T inPending(boolean fresh, Reading<T> reading) throws IOException {
        if (fresh) {
            refreshPending();
        }
        IndexSearcher searcher = pending.acquire();
        try {
            return reading.read(searcher);
        } finally {
            pending.release(searcher);
        }
    }

    /// Files written meanwhile stay unseen.
    private void refreshPending() throws IOException {
        Set<String> before;
        synchronized (unseen) {
            before = Set.copyOf(unseen);
        }
        pending.maybeRefreshBlocking();
        synchronized (unseen) {
            unseen.removeAll(before);
        }
    }

    @Override
    public void close() throws IOException {
        pending.close();
        committed.close();
        writer.rollback();
        directory.close();
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read(IndexSearcher searcher) throws IOException;
    }
}
