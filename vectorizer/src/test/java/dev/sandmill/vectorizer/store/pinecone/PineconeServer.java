package dev.sandmill.vectorizer.store.pinecone;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.pinecone.proto.DeleteNamespaceRequest;
import io.pinecone.proto.DeleteRequest;
import io.pinecone.proto.DeleteResponse;
import io.pinecone.proto.DescribeIndexStatsRequest;
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
import io.pinecone.proto.VectorServiceGrpc;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Speaks Pinecone's protocol by the client's own stubs, keeps its limits, and misbehaves when told to.
final class PineconeServer extends VectorServiceGrpc.VectorServiceImplBase implements AutoCloseable {
    static final String KEY = "pcsk-secret-of-the-test";
    private static final Metadata.Key<String> API_KEY = Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);
    private static final int MAX_BYTES = 2_000_000;

    private final String name = InProcessServerBuilder.generateName();
    private final Server server;
    private final int dimension;
    private final Map<String, Map<String, Vector>> namespaces = new ConcurrentSkipListMap<>();
    private final Queue<Misbehaviour> misbehaviours = new ArrayDeque<>();
    private final List<String> calls = new ArrayList<>();

    /// What becomes of one call.
    ///
    /// @param failure that is answered; null for no answer at all
    /// @param done whether the work is done all the same
    record Misbehaviour(Status failure, boolean done) {
        static Misbehaviour failing(Status failure) {
            return new Misbehaviour(failure, false);
        }

        static Misbehaviour doneAndFailing(Status failure) {
            return new Misbehaviour(failure, true);
        }

        static Misbehaviour silent() {
            return new Misbehaviour(null, false);
        }
    }

    PineconeServer(int dimension) {
        this(dimension, false);
    }

    /// @param overTcp on a free port of this machine; else within this process
    PineconeServer(int dimension, boolean overTcp) {
        this.dimension = dimension;
        ServerBuilder<?> builder = overTcp ? ServerBuilder.forPort(0) : InProcessServerBuilder.forName(name);
        try {
            this.server =
                    builder.addService(this).intercept(new KeyCheck()).build().start();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    String address() {
        return "http://127.0.0.1:" + server.getPort();
    }

    ManagedChannel channel() {
        return InProcessChannelBuilder.forName(name).build();
    }

    /// The next so many calls.
    synchronized void misbehave(int times, Misbehaviour misbehaviour) {
        for (int at = 0; at < times; at++) {
            misbehaviours.add(misbehaviour);
        }
    }

    synchronized void behave() {
        misbehaviours.clear();
    }

    /// Names of the calls so far.
    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /// All vectors of all namespaces.
    Collection<Vector> vectors() {
        return namespaces.values().stream()
                .flatMap(vectors -> vectors.values().stream())
                .toList();
    }

    Set<String> namespaces() {
        return Set.copyOf(namespaces.keySet());
    }

    void loseEverything() {
        namespaces.clear();
    }

    @Override
    public void upsert(UpsertRequest request, StreamObserver<UpsertResponse> answer) {
        answer("upsert", answer, () -> {
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
        });
    }

    @Override
    public void query(QueryRequest request, StreamObserver<QueryResponse> answer) {
        answer("query", answer, () -> {
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
        });
    }

    @Override
    public void delete(DeleteRequest request, StreamObserver<DeleteResponse> answer) {
        answer("delete", answer, () -> {
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
        });
    }

    @Override
    public void describeIndexStats(
            DescribeIndexStatsRequest request, StreamObserver<DescribeIndexStatsResponse> answer) {
        answer(
                "describeIndexStats",
                answer,
                () -> DescribeIndexStatsResponse.newBuilder()
                        .setDimension(dimension)
                        .build());
    }

    @Override
    public void listNamespaces(ListNamespacesRequest request, StreamObserver<ListNamespacesResponse> answer) {
        answer("listNamespaces", answer, () -> {
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
        });
    }

    @Override
    public void deleteNamespace(DeleteNamespaceRequest request, StreamObserver<DeleteResponse> answer) {
        answer("deleteNamespace", answer, () -> {
            namespaces.remove(request.getNamespace());
            return DeleteResponse.getDefaultInstance();
        });
    }

    private <T> void answer(String call, StreamObserver<T> answer, Supplier<T> work) {
        Misbehaviour misbehaviour;
        synchronized (this) {
            calls.add(call);
            misbehaviour = misbehaviours.poll();
        }
        try {
            if (misbehaviour == null) {
                answer.onNext(work.get());
                answer.onCompleted();
                return;
            }
            if (misbehaviour.done()) {
                work.get();
            }
            if (misbehaviour.failure() != null) {
                answer.onError(misbehaviour.failure().asRuntimeException());
            }
        } catch (RuntimeException refused) {
            answer.onError(refused);
        }
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

    @Override
    public void close() {
        server.shutdownNow();
    }

    private static final class KeyCheck implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            if (!KEY.equals(headers.get(API_KEY))) {
                call.close(
                        Status.UNAUTHENTICATED.withDescription("Invalid API key: " + headers.get(API_KEY)),
                        new Metadata());
                return new ServerCall.Listener<>() {};
            }
            return next.startCall(call, headers);
        }
    }
}
