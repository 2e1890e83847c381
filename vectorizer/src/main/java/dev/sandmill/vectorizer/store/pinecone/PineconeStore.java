package dev.sandmill.vectorizer.store.pinecone;

import dev.sandmill.api.BreakerState;
import dev.sandmill.vectorizer.store.Entry;
import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Found;
import dev.sandmill.vectorizer.store.Held;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.Probe;
import dev.sandmill.vectorizer.store.SketchedFile;
import dev.sandmill.vectorizer.store.StoreFailedException;
import dev.sandmill.vectorizer.store.VectorStore;
import dev.sandmill.vectorizer.store.Watermark;
import dev.sandmill.vectorizer.store.lucene.LuceneStore;
import dev.sandmill.vectorizer.store.lucene.NamedRow;
import dev.sandmill.vectorizer.store.pinecone.PineconeCalls.Pace;
import dev.sandmill.vectorizer.store.pinecone.PineconeCalls.PineconeFailedException;
import io.pinecone.configs.PineconeConnection;
import io.pinecone.proto.Vector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The store whose vectors Pinecone searches. Lucene has everything else and is what counts: new vectors go to Pinecone
/// before Lucene's commit and old ones leave after it, so that the rows of the last commit are always there. A vector
/// there that is no row here, as after a crash, is passed over by searches and deleted with the next commit of its
/// partition. Rows keep their vectors here too, unindexed: while Pinecone is away or has too little, they are compared
/// one by one.
public final class PineconeStore implements VectorStore {
    private static final Logger LOG = LoggerFactory.getLogger(PineconeStore.class);

    private final LuceneStore rows;
    private final PineconeCalls calls;
    private final Namespaces namespaces;
    private final Map<Partition, Outbox> outboxes = new ConcurrentHashMap<>();
    private final Strangers strangers = new Strangers();
    private final Shortages shortages = new Shortages();

    private PineconeStore(LuceneStore rows, PineconeCalls calls, Namespaces namespaces) {
        this.rows = rows;
        this.calls = calls;
        this.namespaces = namespaces;
    }

    /// @param folder of Lucene, as for [LuceneStore#open]
    /// @param generation of the vectors and chunks: changes with model and chunker
    /// @param dimension of the vectors
    /// @throws StoreFailedException where Pinecone says that this can not work
    public static PineconeStore open(Path folder, String generation, int dimension, PineconeService service) {
        return open(folder, generation, dimension, service, service.connect(), Pace.USUAL);
    }

    static PineconeStore open(
            Path folder,
            String generation,
            int dimension,
            PineconeService service,
            PineconeConnection connection,
            Pace pace) {
        PineconeCalls calls = new PineconeCalls(service, connection, pace);
        LuceneStore rows = null;
        try {
            rows = LuceneStore.openNamed(folder, generation);
            Namespaces namespaces = new Namespaces(calls, new Names(OwnerFile.in(folder), generation));
            namespaces.check(dimension);
            return new PineconeStore(rows, calls, namespaces);
        } catch (RuntimeException failed) {
            calls.close();
            if (rows != null) {
                rows.close();
            }
            throw failed;
        }
    }

    @Override
    public List<Held> held(Partition partition, String path) {
        return rows.held(partition, path);
    }

    @Override
    public void replaceFile(Partition partition, String path, List<Entry> entries) {
        Outbox outbox = outbox(partition);
        if (outbox.isFull()) {
            send(partition, outbox, false);
        }
        Set<String> before = new HashSet<>();
        Naming naming = new Naming(partition, path);
        for (Held held : rows.held(partition, path)) {
            before.add(naming.next(held.fingerprint(), held.fidelity()));
        }
        List<NamedRow> now = named(partition, path, entries);
        rows.replaceNamed(partition, path, now);
        Set<String> gone = new HashSet<>(before);
        now.forEach(row -> gone.remove(row.name()));
        outbox.forget(gone);
        outbox.keep(now.stream().map(NamedRow::name).toList());
        boolean all = shortages.has(partition);
        outbox.store(now.stream()
                .filter(row -> all || !before.contains(row.name()))
                .map(row -> Requests.vector(row.name(), partition, row.entry()))
                .toList());
        send(partition, outbox, false);
    }

    private static List<NamedRow> named(Partition partition, String path, List<Entry> entries) {
        Naming naming = new Naming(partition, path);
        List<NamedRow> named = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            named.add(new NamedRow(naming.next(entry.posting().fingerprint(), entry.fidelity()), entry));
        }
        return named;
    }

    private Outbox outbox(Partition partition) {
        return outboxes.computeIfAbsent(partition, ignored -> new Outbox());
    }

    private void send(Partition partition, Outbox outbox, boolean all) {
        for (List<Vector> call = outbox.take(all); !call.isEmpty(); call = outbox.take(all)) {
            boolean sent = false;
            try {
                namespaces.store(partition.tenant(), call);
                sent = true;
            } finally {
                if (!sent) {
                    outbox.putBack(call);
                }
            }
        }
    }

    @Override
    public List<Entry> rows(Partition partition, String path) {
        return rows.rows(partition, path);
    }

    @Override
    public List<Entry> exactRows(Partition partition, int most) {
        return rows.exactRows(partition, most);
    }

    @Override
    public List<SketchedFile> sketched(Partition partition, Set<String> except, int limit) {
        return rows.sketched(partition, except, limit);
    }

    @Override
    public void commit(Partition partition, String commit) {
        Outbox outbox = outbox(partition);
        send(partition, outbox, true);
        Set<String> met = strangers.of(partition);
        rows.commit(partition, commit);
        Set<String> leaving = outbox.doomed();
        leaving.addAll(met);
        leaving.removeAll(rows.known(partition.tenant(), leaving));
        try {
            namespaces.delete(partition.tenant(), leaving);
            outbox.forgotten(leaving);
            strangers.gone(met);
        } catch (PineconeFailedException failed) {
            LOG.warn(
                    "{}; {} vectors that are no rows any more stay until the next commit",
                    failed.getMessage(),
                    leaving.size());
        }
    }

    @Override
    public Optional<Watermark> watermark(String tenant, String repository) {
        return rows.watermark(tenant, repository);
    }

    @Override
    public List<String> paths(Partition partition) {
        return rows.paths(partition);
    }

    /// Pinecone first: what would be left there would be found by nobody who could delete it.
    @Override
    public void drop(String tenant, String repository) {
        outboxes.keySet()
                .removeIf(partition -> partition.tenant().equals(tenant)
                        && partition.repository().equals(repository));
        namespaces.drop(tenant, repository);
        rows.drop(tenant, repository);
    }

    @Override
    public List<Found> search(String tenant, Probe probe) {
        return rows.search(tenant, probe, new AskedNeighbours(tenant, namespaces, strangers, shortages, rows));
    }

    @Override
    public Optional<String> problem() {
        return rows.problem();
    }

    @Override
    public List<BreakerState> breakers() {
        return List.of(calls.breaker());
    }

    @Override
    public void close() {
        try (namespaces) {
            rows.close();
        }
    }

    /// Names of a file's rows. The same chunk twice in one file has two.
    private static final class Naming {
        private final Partition partition;
        private final String path;
        private final Map<String, Integer> occurrences = new HashMap<>();

        Naming(Partition partition, String path) {
            this.partition = partition;
            this.path = path;
        }

        String next(String fingerprint, Fidelity fidelity) {
            int occurrence = occurrences.merge(fingerprint + fidelity, 1, Integer::sum) - 1;
            return Names.row(partition, path, fingerprint, fidelity, occurrence);
        }
    }
}
