package dev.sandmill.vectorizer.store.pinecone;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sandmill.vectorizer.store.Entry;
import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.Probe;
import io.pinecone.proto.QueryRequest;
import io.pinecone.proto.Vector;
import java.util.Collection;
import java.util.List;

/// Vectors and questions as Pinecone takes them. With a vector go its partition, repository, language, fidelity and
/// folders, which can be filtered by.
final class Requests {
    private static final String PARTITION = "partition";
    private static final String REPOSITORY = "repository";
    private static final String LANGUAGE = "language";
    private static final String FIDELITY = "fidelity";
    private static final String FOLDERS = "folders";
    private static final String ANY_OF = "$in";

    private static final int MAX_NEIGHBOURS = 10_000;
    /// Values in one list of a filter.
    private static final int MAX_FILTERED = 10_000;
    /// Rows of before the last commit are among the neighbours until that is through.
    private static final int SPARE = 2;
    /// Where part of a path prefix cannot be filtered by.
    private static final int MORE_SPARE = 8;

    private Requests() {}

    static Vector vector(String name, Partition partition, Entry entry) {
        Vector.Builder vector = Vector.newBuilder().setId(name);
        for (float number : entry.vector()) {
            vector.addValues(number);
        }
        return vector.setMetadata(Struct.newBuilder()
                        .putFields(PARTITION, text(Names.partition(partition)))
                        .putFields(REPOSITORY, text(Names.repository(partition.repository())))
                        .putFields(LANGUAGE, text(entry.posting().language()))
                        .putFields(FIDELITY, text(entry.fidelity().name()))
                        .putFields(FOLDERS, list(Names.folders(entry.posting().path()))))
                .build();
    }

    static QueryRequest nearest(String namespace, Probe probe, Fidelity fidelity, Collection<Partition> partitions) {
        Struct.Builder filter = Struct.newBuilder().putFields(FIDELITY, anyOf(List.of(fidelity.name())));
        if (partitions.size() <= MAX_FILTERED) {
            filter.putFields(
                    PARTITION, anyOf(partitions.stream().map(Names::partition).toList()));
        }
        if (!probe.languages().isEmpty() && probe.languages().size() <= MAX_FILTERED) {
            filter.putFields(LANGUAGE, anyOf(probe.languages()));
        }
        int spare = SPARE;
        String prefix = probe.pathPrefix();
        if (prefix != null && !prefix.isEmpty()) {
            List<String> folders = Names.folders(prefix);
            if (!folders.isEmpty()) {
                filter.putFields(FOLDERS, anyOf(List.of(folders.getLast())));
            }
            spare = prefix.endsWith("/") && folders.size() < Names.MAX_FOLDERS ? SPARE : MORE_SPARE;
        }
        QueryRequest.Builder query = QueryRequest.newBuilder()
                .setNamespace(namespace)
                .setTopK((int) Math.min(MAX_NEIGHBOURS, (long) spare * probe.candidates()))
                .setFilter(filter);
        for (float number : probe.vector()) {
            query.addVector(number);
        }
        return query.build();
    }

    static Struct ofRepository(String name) {
        return Struct.newBuilder()
                .putFields(REPOSITORY, anyOf(List.of(Names.repository(name))))
                .build();
    }

    private static Value anyOf(Collection<String> values) {
        return Value.newBuilder()
                .setStructValue(Struct.newBuilder().putFields(ANY_OF, list(values)))
                .build();
    }

    private static Value list(Collection<String> values) {
        return Value.newBuilder()
                .setListValue(ListValue.newBuilder()
                        .addAllValues(values.stream().map(Requests::text).toList()))
                .build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
