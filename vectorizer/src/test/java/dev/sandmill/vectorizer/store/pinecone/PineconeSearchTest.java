package dev.sandmill.vectorizer.store.pinecone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.BreakerState;
import dev.sandmill.vectorizer.store.Found;
import dev.sandmill.vectorizer.store.Probe;
import dev.sandmill.vectorizer.store.VectorSearchContract;
import dev.sandmill.vectorizer.store.VectorStore;
import dev.sandmill.vectorizer.store.pinecone.PineconeServer.Misbehaviour;
import io.grpc.Status;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PineconeSearchTest extends VectorSearchContract {
    private final PineconeServer server = new PineconeServer(4);

    @Override
    protected VectorStore open() {
        return TestStores.open(folder, server);
    }

    @AfterEach
    void closeServer() {
        server.close();
    }

    @Test
    void whatPineconeFindsIsWhatIsFound() {
        commitFiles(40);

        // Pinecone is asked for twice the ten that a search here would bring.
        assertThat(store.search("t1", probe(EAST, "nothing"))).hasSize(20);
        assertThat(server.calls()).contains("query");
    }

    @Test
    void whileItIsAwayVectorsAreComparedHereAndItIsLeftAlone() {
        commitFiles(40);
        server.misbehave(1_000, Misbehaviour.failing(Status.UNAVAILABLE));

        for (int at = 0; at < 10; at++) {
            assertThat(paths(store.search("t1", probe(EAST, "nothing")))).hasSize(10);
        }

        assertThat(store.breakers()).singleElement().satisfies(breaker -> {
            assertThat(breaker.name()).isEqualTo("pinecone");
            assertThat(breaker.state()).isEqualTo("open");
            assertThat(breaker.refused()).isPositive();
        });
        assertThat(server.calls().stream().filter("query"::equals)).hasSize(5);
    }

    @Test
    void aRefusalForLoadDoesNotOpenTheBreaker() {
        commitFiles(40);
        server.misbehave(1_000, Misbehaviour.failing(Status.RESOURCE_EXHAUSTED));

        for (int at = 0; at < 10; at++) {
            assertThat(store.search("t1", probe(EAST, "nothing"))).hasSize(10);
        }

        assertThat(store.breakers()).extracting(BreakerState::state).containsExactly("closed");
    }

    @Test
    void aServiceThatNeverAnswersIsNotWaitedFor() {
        commitFiles(40);
        store.close();
        store = TestStores.impatient(folder, server);
        server.misbehave(1_000, Misbehaviour.silent());

        assertThat(store.search("t1", probe(EAST, "nothing"))).hasSize(10);
    }

    @Test
    void vectorsThatWereLostAreComparedHere() {
        commitFiles(40);
        server.loseEverything();

        assertThat(store.search("t1", probe(EAST, "nothing"))).hasSize(10);
    }

    @Test
    void vectorsThatWereLostAreSentAgainByAFullRunOnceASearchMissedThem() {
        commitFiles(40);
        server.loseEverything();
        commitFiles(40);
        assertThat(server.vectors()).isEmpty();

        store.search("t1", probe(EAST, "nothing"));
        commitFiles(40);

        assertThat(server.vectors()).hasSize(40);
        assertThat(store.search("t1", probe(EAST, "nothing"))).hasSize(20);
    }

    @Test
    void filtersAreAskedForAtPineconeAndPartsOfFoldersHere() {
        for (int at = 0; at < 40; at++) {
            put("src/main/a" + at, "x", EAST);
            put("src/mail/b" + at, "x", EAST);
            put("lib/c" + at, "x", EAST);
        }
        store.commit(MAIN, "c1");

        for (String prefix : List.of("src/main/", "src/mai", "src/", "lib/c1", "s", "none/", "src/main/a1")) {
            Probe probe = new Probe(EAST, "nothing", List.of(), List.of("python"), prefix, 10);
            assertThat(paths(store.search("t1", probe))).as(prefix).allMatch(path -> path.startsWith(prefix));
            assertThat(paths(store.search("t1", probe)).isEmpty()).as(prefix).isEqualTo(prefix.equals("none/"));
        }
    }

    @Test
    void rowsThatAreNotCommittedAreNotFoundHoweverNearTheyAre() {
        commitFiles(40);
        IntStream.range(0, 1_100).forEach(at -> put("pending" + at, "y" + at, EAST));

        assertThat(server.vectors()).hasSizeGreaterThan(1_000);
        assertThat(paths(store.search("t1", probe(EAST, "nothing")))).allMatch(path -> path.startsWith("file"));
    }

    private void commitFiles(int files) {
        for (int at = 0; at < files; at++) {
            put("file" + at, "text" + at, EAST);
        }
        store.commit(MAIN, "c1");
    }

    private static List<String> paths(List<Found> found) {
        return found.stream().map(hit -> hit.posting().path()).toList();
    }
}
