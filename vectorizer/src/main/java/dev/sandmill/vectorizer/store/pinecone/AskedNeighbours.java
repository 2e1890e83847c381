package dev.sandmill.vectorizer.store.pinecone;

import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.Probe;
import dev.sandmill.vectorizer.store.lucene.LuceneStore;
import dev.sandmill.vectorizer.store.lucene.Neighbours;
import dev.sandmill.vectorizer.store.pinecone.PineconeCalls.PineconeFailedException;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Neighbours of one search, as Pinecone has them; none while it does not answer.
final class AskedNeighbours implements Neighbours {
    private static final Logger LOG = LoggerFactory.getLogger(AskedNeighbours.class);

    private final String tenant;
    private final Namespaces namespaces;
    private final Strangers strangers;
    private final Shortages shortages;
    private final LuceneStore rows;

    AskedNeighbours(String tenant, Namespaces namespaces, Strangers strangers, Shortages shortages, LuceneStore rows) {
        this.tenant = tenant;
        this.namespaces = namespaces;
        this.strangers = strangers;
        this.shortages = shortages;
        this.rows = rows;
    }

    @Override
    public List<String> of(Fidelity fidelity, Probe probe, Collection<Partition> partitions) {
        long there = partitions.stream()
                .mapToLong(partition -> rowsOf(fidelity, partition))
                .sum();
        if (there == 0) {
            return List.of();
        }
        try {
            List<String> names = namespaces.nearest(tenant, probe, fidelity, partitions);
            if (probe.languages().isEmpty() && probe.pathPrefix() == null) {
                compare(names.size(), Math.min(there, probe.candidates()), fidelity, partitions);
            }
            return names;
        } catch (PineconeFailedException failed) {
            LOG.debug("vectors are compared here: {}", failed.getMessage());
            return List.of();
        }
    }

    private void compare(int brought, long expected, Fidelity fidelity, Collection<Partition> partitions) {
        if (brought >= expected) {
            shortages.over(fidelity, partitions);
        } else if (shortages.met(fidelity, partitions)) {
            LOG.warn(
                    "Pinecone brought {} vectors where it has to have {}; if that goes on for minutes, full index runs of"
                            + " the repositories send them again",
                    brought,
                    expected);
        }
    }

    private long rowsOf(Fidelity fidelity, Partition partition) {
        return rows.watermark(tenant, partition.repository())
                .map(mark -> fidelity == Fidelity.SKETCH ? mark.sketched() : mark.chunks() - mark.sketched())
                .orElse(0L);
    }

    @Override
    public void strangers(List<String> names) {
        strangers.met(names);
    }
}
