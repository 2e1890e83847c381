package dev.sandmill.vectorizer.store.pinecone;

import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.Probe;
import dev.sandmill.vectorizer.store.Watermark;
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
    private final LuceneStore rows;

    AskedNeighbours(String tenant, Namespaces namespaces, Strangers strangers, LuceneStore rows) {
        this.tenant = tenant;
        this.namespaces = namespaces;
        this.strangers = strangers;
        this.rows = rows;
    }

    @Override
    public List<String> of(Fidelity fidelity, Probe probe, Collection<Partition> partitions) {
        if (partitions.stream().noneMatch(partition -> has(fidelity, partition))) {
            return List.of();
        }
        try {
            return namespaces.nearest(tenant, probe, fidelity, partitions);
        } catch (PineconeFailedException failed) {
            LOG.debug("vectors are compared here: {}", failed.getMessage());
            return List.of();
        }
    }

    private boolean has(Fidelity fidelity, Partition partition) {
        Watermark mark = rows.watermark(tenant, partition.repository()).orElse(null);
        return mark != null && (fidelity == Fidelity.SKETCH ? mark.sketched() > 0 : mark.chunks() > mark.sketched());
    }

    @Override
    public void strangers(List<String> names) {
        strangers.met(names);
    }
}
