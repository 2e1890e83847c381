package dev.sandmill.vectorizer.store.pinecone;

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
import io.pinecone.proto.QueryRequest;
import io.pinecone.proto.QueryResponse;
import io.pinecone.proto.UpsertRequest;
import io.pinecone.proto.UpsertResponse;
import io.pinecone.proto.Vector;
import io.pinecone.proto.VectorServiceGrpc;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Supplier;

/// Speaks Pinecone's protocol by the client's own stubs, and misbehaves when told to.
final class PineconeServer extends VectorServiceGrpc.VectorServiceImplBase implements AutoCloseable {
    static final String KEY = "pcsk-secret-of-the-test";
    private static final Metadata.Key<String> API_KEY = Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);

    private final String name = InProcessServerBuilder.generateName();
    private final Server server;
    private final PretendedIndex index;
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
        index = new PretendedIndex(dimension);
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
        return index.vectors();
    }

    Set<String> namespaces() {
        return index.namespaces();
    }

    void loseEverything() {
        index.clear();
    }

    @Override
    public void upsert(UpsertRequest request, StreamObserver<UpsertResponse> answer) {
        answer("upsert", answer, () -> index.upsert(request));
    }

    @Override
    public void query(QueryRequest request, StreamObserver<QueryResponse> answer) {
        answer("query", answer, () -> index.query(request));
    }

    @Override
    public void delete(DeleteRequest request, StreamObserver<DeleteResponse> answer) {
        answer("delete", answer, () -> index.delete(request));
    }

    @Override
    public void describeIndexStats(
            DescribeIndexStatsRequest request, StreamObserver<DescribeIndexStatsResponse> answer) {
        answer("describeIndexStats", answer, index::stats);
    }

    @Override
    public void listNamespaces(ListNamespacesRequest request, StreamObserver<ListNamespacesResponse> answer) {
        answer("listNamespaces", answer, () -> index.listNamespaces(request));
    }

    @Override
    public void deleteNamespace(DeleteNamespaceRequest request, StreamObserver<DeleteResponse> answer) {
        answer("deleteNamespace", answer, () -> index.deleteNamespace(request));
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
