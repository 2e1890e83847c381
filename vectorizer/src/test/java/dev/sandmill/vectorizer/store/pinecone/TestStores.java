package dev.sandmill.vectorizer.store.pinecone;

import dev.sandmill.vectorizer.store.VectorStore;
import dev.sandmill.vectorizer.store.pinecone.PineconeCalls.Pace;
import dev.sandmill.vectorizer.store.pinecone.PineconeCalls.Patience;
import java.nio.file.Path;
import java.time.Duration;

/// Stores over a [PineconeServer], less patient than usual.
final class TestStores {
    /// Nobody is answered too late within the first.
    private static final Pace QUICK = new Pace(
            new Patience(Duration.ofSeconds(5), 2, Duration.ofMillis(1)),
            new Patience(Duration.ofSeconds(30), 5, Duration.ofMillis(1)));

    private TestStores() {}

    static VectorStore open(Path folder, PineconeServer server) {
        return open(folder, server, "model-1");
    }

    static VectorStore open(Path folder, PineconeServer server, String generation) {
        PineconeService service = new PineconeService("code", "", PineconeServer.KEY);
        return PineconeStore.open(folder, generation, 4, service, service.over(server.channel()), QUICK);
    }

    static VectorStore open(Path folder, PineconeServer server, PineconeService service) {
        return PineconeStore.open(folder, "model-1", 4, service, service.over(server.channel()), QUICK);
    }

    static VectorStore impatient(Path folder, PineconeServer server) {
        PineconeService service = new PineconeService("code", "", PineconeServer.KEY);
        Patience none = new Patience(Duration.ofMillis(100), 1, Duration.ofMillis(1));
        return PineconeStore.open(
                folder, "model-1", 4, service, service.over(server.channel()), new Pace(none, QUICK.index()));
    }
}
