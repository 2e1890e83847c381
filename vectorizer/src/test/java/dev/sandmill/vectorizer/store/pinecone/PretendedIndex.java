package dev.sandmill.vectorizer.store.pinecone;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.grpc.Status;
import io.pinecone.proto.DeleteNamespaceRequest;
import io.pinecone.proto.DeleteRequest;
import io.pinecone.proto.DeleteResponse;
import io.pinecone.proto.DescribeIndexStatsResponse;
import io.pinecone.proto.ListNamespacesRequest;
import io.pinecone.proto.ListNamespacesResponse;
import io.pinecone.proto.NamespaceDescription;
import io.pinecone.proto.QueryRequest;
import io.pinecone.proto.QueryResponse;
import io.pinecone.proto.ScoredVector;
import io.pinecone.proto.UpsertRequest;
import io.pinecone.proto.UpsertResponse;
import io.pinecone.proto.Vector;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/// What Pinecone does with vectors: keeps them by namespace and id, within its limits.
final class PretendedIndex {
    private static final int MAX_BYTES = 2_000_000;

    private final int dimension;
    private final Map<String, Map<String, Vector>> namespaces = new ConcurrentSkipListMap<>();

    PretendedIndex(int dimension) {
        this.dimension = dimension;
    }

    Collection<Vector> vectors() {
        return namespaces.values().stream()
                .flatMap(vectors -> vectors.values().stream())
                .toList();
    }

    Set<String> namespaces() {
        return Set.copyOf(namespaces.keySet());
    }

    void clear() {
        namespaces.clear();
    }

    UpsertResponse upsert(UpsertRequest request) {
        refuse(request.getVectorsCount() > 1_000, "more than 1,000 vectors in one call");
        refuse(request.getSerializedSize() > MAX_BYTES, "more than 2 MB in one call");
        for (Vector vector : request.getVectorsList()) {
            checkDimension(vector.getValuesCount());
            refuse(vector.getMetadata().getSerializedSize() > 40_960, "more than 40 KB of metadata");
            refuse(vector.getId().length() > 512, "an id of more than 512 characters");
        }
        Map<String, Vector> namespace =
                namespaces.computeIfAbsent(request.getNamespace(), ignored -> new ConcurrentSkipListMap<>());
        request.getVectorsList().forEach(vector -> namespace.put(vector.getId(), vector));
        return UpsertResponse.newBuilder()
                .setUpsertedCount(request.getVectorsCount())
                .build();
    }

    QueryResponse query(QueryRequest request) {
        refuse(request.getTopK() < 1 || request.getTopK() > 10_000, "a top_k that is not 1 to 10,000");
        checkDimension(request.getVectorCount());
        return QueryResponse.newBuilder()
                .addAllMatches(namespaces.getOrDefault(request.getNamespace(), Map.of()).values().stream()
                        .filter(vector -> matches(vector, request.getFilter()))
                        .map(vector -> ScoredVector.newBuilder()
                                .setId(vector.getId())
                                .setScore(product(request.getVectorList(), vector.getValuesList()))
                                .build())
                        .sorted(Comparator.comparingDouble(ScoredVector::getScore)
                                .reversed())
                        .limit(request.getTopK())
                        .toList())
                .build();
    }

    DeleteResponse delete(DeleteRequest request) {
        refuse(request.getIdsCount() > 1_000, "more than 1,000 ids in one call");
        Map<String, Vector> namespace = namespaces.get(request.getNamespace());
        if (namespace == null) {
            throw Status.NOT_FOUND.withDescription("Namespace not found").asRuntimeException();
        }
        if (request.hasFilter()) {
            namespace.values().removeIf(vector -> matches(vector, request.getFilter()));
        } else {
            request.getIdsList().forEach(namespace::remove);
        }
        return DeleteResponse.getDefaultInstance();
    }

    DescribeIndexStatsResponse stats() {
        return DescribeIndexStatsResponse.newBuilder().setDimension(dimension).build();
    }

    ListNamespacesResponse listNamespaces(ListNamespacesRequest request) {
        List<String> names = new TreeMap<>(namespaces)
                .keySet().stream()
                        .filter(name -> name.startsWith(request.getPrefix()))
                        .toList();
        int from = request.getPaginationToken().isEmpty() ? 0 : Integer.parseInt(request.getPaginationToken());
        ListNamespacesResponse.Builder page = ListNamespacesResponse.newBuilder();
        // A page of one, so that whoever reads only the first is found out.
        names.stream()
                .skip(from)
                .limit(1)
                .forEach(name -> page.addNamespaces(
                        NamespaceDescription.newBuilder().setName(name).build()));
        if (from + 1 < names.size()) {
            page.getPaginationBuilder().setNext(Integer.toString(from + 1));
        }
        return page.build();
    }

    DeleteResponse deleteNamespace(DeleteNamespaceRequest request) {
        namespaces.remove(request.getNamespace());
        return DeleteResponse.getDefaultInstance();
    }

    private void checkDimension(int numbers) {
        refuse(
                numbers != dimension,
                "Vector dimension " + numbers + " does not match the dimension of the index " + dimension);
    }

    private static void refuse(boolean bad, String reason) {
        if (bad) {
            throw Status.INVALID_ARGUMENT.withDescription(reason).asRuntimeException();
        }
    }

    private static boolean matches(Vector vector, Struct filter) {
        return filter.getFieldsMap().entrySet().stream().allMatch(condition -> {
            Set<String> wanted = texts(condition.getValue().getStructValue().getFieldsOrThrow("$in"));
            return texts(vector.getMetadata().getFieldsOrDefault(condition.getKey(), Value.getDefaultInstance()))
                    .stream()
                    .anyMatch(wanted::contains);
        });
    }

    private static Set<String> texts(Value value) {
        return value.hasListValue()
                ? value.getListValue().getValuesList().stream()
                        .map(Value::getStringValue)
                        .collect(Collectors.toSet())
                : Set.of(value.getStringValue());
    }

    private static float product(List<Float> one, List<Float> other) {
        float product = 0;
        for (int at = 0; at < one.size(); at++) {
            product += one.get(at) * other.get(at);
        }
        return product;
    }
}
