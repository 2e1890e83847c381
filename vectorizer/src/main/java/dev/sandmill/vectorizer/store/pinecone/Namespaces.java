package dev.sandmill.vectorizer.store.pinecone;

import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.Probe;
import dev.sandmill.vectorizer.store.StoreFailedException;
import dev.sandmill.vectorizer.store.pinecone.PineconeCalls.PineconeFailedException;
import io.pinecone.proto.DeleteNamespaceRequest;
import io.pinecone.proto.DeleteRequest;
import io.pinecone.proto.DescribeIndexStatsRequest;
import io.pinecone.proto.DescribeIndexStatsResponse;
import io.pinecone.proto.ListNamespacesRequest;
import io.pinecone.proto.ListNamespacesResponse;
import io.pinecone.proto.NamespaceDescription;
import io.pinecone.proto.ScoredVector;
import io.pinecone.proto.UpsertRequest;
import io.pinecone.proto.Vector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The namespaces of one index folder at Pinecone, one for each tenant and generation, and what is done with them.
final class Namespaces implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Namespaces.class);
    /// What Pinecone takes in one call.
    private static final int MAX_DELETED = 1_000;

    private static final int PAGE = 100;

    private final PineconeCalls calls;
    private final Names names;

    Namespaces(PineconeCalls calls, Names names) {
        this.calls = calls;
        this.names = names;
    }

    /// Refuses an index that can never work; that Pinecone is away now is no reason to refuse.
    void check(int dimension) {
        DescribeIndexStatsResponse stats;
        try {
            stats = calls.ask(pinecone -> pinecone.describeIndexStats(DescribeIndexStatsRequest.getDefaultInstance()));
        } catch (PineconeFailedException failed) {
            if (!failed.passing()) {
                throw failed.ofStore();
            }
            LOG.warn("{}; searches compare vectors here until it answers", failed.getMessage());
            return;
        }
        if (stats.getDimension() != dimension) {
            throw new StoreFailedException(
                    "Pinecone's index takes vectors of dimension " + stats.getDimension() + ", the model makes "
                            + dimension + "; make an index of dimension " + dimension + " and metric cosine",
                    null);
        }
    }

    void store(String tenant, List<Vector> vectors) {
        UpsertRequest request = UpsertRequest.newBuilder()
                .setNamespace(names.namespace(tenant))
                .addAllVectors(vectors)
                .build();
        try {
            calls.change(pinecone -> pinecone.upsert(request));
        } catch (PineconeFailedException failed) {
            throw failed.ofStore();
        }
    }

    /// @throws PineconeFailedException where it cannot be done now
    void delete(String tenant, Collection<String> rows) {
        List<String> all = List.copyOf(rows);
        for (int from = 0; from < all.size(); from += MAX_DELETED) {
            deleteOf(DeleteRequest.newBuilder()
                    .setNamespace(names.namespace(tenant))
                    .addAllIds(all.subList(from, Math.min(all.size(), from + MAX_DELETED)))
                    .build());
        }
    }

    /// All that is of the repository, and all that the tenant has of other generations.
    void drop(String tenant, String repository) {
        try {
            dropAll(tenant, repository);
        } catch (PineconeFailedException failed) {
            throw failed.ofStore();
        }
    }

    private void dropAll(String tenant, String repository) {
        deleteOf(DeleteRequest.newBuilder()
                .setNamespace(names.namespace(tenant))
                .setFilter(Requests.ofRepository(repository))
                .build());
        for (String namespace : namespacesOf(tenant)) {
            if (!namespace.equals(names.namespace(tenant))) {
                missingIsDone(
                        () -> calls.change(pinecone -> pinecone.deleteNamespace(DeleteNamespaceRequest.newBuilder()
                                .setNamespace(namespace)
                                .build())));
            }
        }
    }

    private void deleteOf(DeleteRequest request) {
        missingIsDone(() -> calls.change(pinecone -> pinecone.delete(request)));
    }

    private static void missingIsDone(Runnable deletion) {
        try {
            deletion.run();
        } catch (PineconeFailedException failed) {
            if (!failed.notFound()) {
                throw failed;
            }
        }
    }

    private List<String> namespacesOf(String tenant) {
        List<String> found = new ArrayList<>();
        String page = "";
        do {
            ListNamespacesRequest request = ListNamespacesRequest.newBuilder()
                    .setPrefix(names.namespacesOf(tenant))
                    .setLimit(PAGE)
                    .setPaginationToken(page)
                    .build();
            ListNamespacesResponse answer = calls.change(pinecone -> pinecone.listNamespaces(request));
            answer.getNamespacesList().stream()
                    .map(NamespaceDescription::getName)
                    // A server that knows no prefixes lists all.
                    .filter(name -> name.startsWith(names.namespacesOf(tenant)))
                    .forEach(found::add);
            page = answer.getPagination().getNext();
        } while (!page.isEmpty());
        return found;
    }

    /// Names of rows, the nearest first.
    List<String> nearest(String tenant, Probe probe, Fidelity fidelity, Collection<Partition> partitions) {
        var request = Requests.nearest(names.namespace(tenant), probe, fidelity, partitions);
        return calls.ask(pinecone -> pinecone.query(request)).getMatchesList().stream()
                .map(ScoredVector::getId)
                .toList();
    }

    @Override
    public void close() {
        calls.close();
    }
}
