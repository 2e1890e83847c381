package dev.sandmill.vectorizer.store.pinecone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.vectorizer.store.Entry;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.StoreFailedException;
import dev.sandmill.vectorizer.store.VectorStore;
import dev.sandmill.vectorizer.store.VectorStoreContract;
import dev.sandmill.vectorizer.store.Watermark;
import dev.sandmill.vectorizer.store.pinecone.PineconeServer.Misbehaviour;
import io.grpc.Status;
import io.pinecone.proto.Vector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PineconeStoreTest extends VectorStoreContract {
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
    void noNamePathOrTextLeavesThisMachine() {
        put("secret/folder/name.py", "confidential text", EAST);
        store.commit(MAIN, "c1");

        assertThat(server.vectors()).hasSize(1);
        assertThat(server.vectors().toString() + server.namespaces())
                .doesNotContain("secret")
                .doesNotContain("folder/")
                .doesNotContain("confidential")
                .doesNotContain("repo\"")
                .doesNotContain("t1");
    }

    @Test
    void vectorsGoInCallsOfBoundedSize() {
        store.replaceFile(
                MAIN,
                "a",
                IntStream.range(0, 2_500)
                        .mapToObj(at -> entry("a", "text " + at, EAST))
                        .toList());
        store.commit(MAIN, "c1");

        assertThat(server.vectors()).hasSize(2_500);
        assertThat(server.calls().stream().filter("upsert"::equals)).hasSize(3);
    }

    @Test
    void whatDidNotChangeIsNotSentAgain() {
        store.replaceFile(MAIN, "a", List.of(entry("a", "x", EAST), entry("a", "y", NORTH), entry("a", "y", NORTH)));
        store.commit(MAIN, "c1");
        assertThat(server.vectors()).hasSize(3);
        long before = upserts();

        store.replaceFile(MAIN, "a", List.of(entry("a", "y", NORTH), entry("a", "x", EAST), entry("a", "y", NORTH)));
        store.commit(MAIN, "c2");
        assertThat(upserts()).isEqualTo(before);

        store.replaceFile(MAIN, "a", List.of(entry("a", "y", NORTH)));
        store.commit(MAIN, "c3");
        assertThat(upserts()).isEqualTo(before);
        assertThat(server.vectors()).hasSize(1);
    }

    @Test
    void vectorsOfTheLastCommitStayUntilTheNextOne() {
        put("a", "old", EAST);
        store.commit(MAIN, "c1");
        put("a", "new", NORTH);
        assertThat(server.vectors()).hasSize(1);

        store.commit(MAIN, "c2");

        assertThat(server.vectors())
                .singleElement()
                .satisfies(vector -> assertThat(vector.getValuesList()).containsExactly(0f, 1f, 0f, 0f));
    }

    @Test
    void whatACrashLeftBehindIsDeletedOnceASearchMetIt() {
        fill("committed", 30);
        store.commit(MAIN, "c1");
        store.replaceFile(MAIN, "lost", entries("lost", 1_500));
        assertThat(server.vectors()).hasSize(1_030);

        reopen();
        store.search("t1", probe(EAST, "x"));
        put("other", "y", NORTH);
        store.commit(MAIN, "c2");

        assertThat(server.vectors()).hasSizeLessThan(1_030 - 5).hasSizeGreaterThanOrEqualTo(31);
        assertThat(store.watermark("t1", "repo")).contains(new Watermark("main", "c2", 2, 31, 0));
    }

    @Test
    void aServiceThatFailsForAMomentIsAskedAgain() {
        put("a", "x", EAST);
        server.misbehave(2, Misbehaviour.failing(Status.UNAVAILABLE));
        server.misbehave(1, Misbehaviour.failing(Status.RESOURCE_EXHAUSTED));
        server.misbehave(1, Misbehaviour.doneAndFailing(Status.INTERNAL));

        store.commit(MAIN, "c1");

        assertThat(server.vectors()).hasSize(1);
        assertThat(upserts()).isEqualTo(5);
    }

    @Test
    void aCommitThatPineconeDoesNotTakeIsNoneAndLosesNothing() {
        put("a", "x", EAST);
        server.misbehave(100, Misbehaviour.failing(Status.RESOURCE_EXHAUSTED.withDescription("quota reached")));

        assertThatThrownBy(() -> store.commit(MAIN, "c1"))
                .isInstanceOf(StoreFailedException.class)
                .hasMessageContaining("quota reached");
        assertThat(store.watermark("t1", "repo")).isEmpty();

        server.behave();
        store.commit(MAIN, "c1");
        assertThat(server.vectors()).hasSize(1);
        assertThat(store.watermark("t1", "repo")).isPresent();
    }

    @Test
    void oldVectorsThatCannotBeDeletedNowAreDeletedLater() {
        put("a", "old", EAST);
        store.commit(MAIN, "c1");
        store.replaceFile(MAIN, "a", List.of());
        server.misbehave(100, Misbehaviour.failing(Status.RESOURCE_EXHAUSTED));

        store.commit(MAIN, "c2");
        assertThat(store.watermark("t1", "repo")).contains(new Watermark("main", "c2", 0, 0, 0));
        assertThat(server.vectors()).hasSize(1);

        server.behave();
        store.commit(MAIN, "c3");
        assertThat(server.vectors()).isEmpty();
    }

    @Test
    void anIndexOfAnotherDimensionIsRefusedWithTheRightOne() {
        store.close();
        try (PineconeServer other = new PineconeServer(1_536)) {
            assertThatThrownBy(() -> TestStores.open(folder, other))
                    .isInstanceOf(StoreFailedException.class)
                    .hasMessageContaining("dimension 1536")
                    .hasMessageContaining("make an index of dimension 4");
        }
        store = open();
    }

    @Test
    void aRefusedVectorIsNotSentAgainAndTheReasonIsTold() {
        store.replaceFile(
                MAIN, "a", List.of(new Entry(entry("a", "x", EAST).posting(), new float[] {1, 0, 0, 0, 0, 0, 0, 0})));

        assertThatThrownBy(() -> store.commit(MAIN, "c1"))
                .isInstanceOf(StoreFailedException.class)
                .hasMessageContaining("INVALID_ARGUMENT")
                .hasMessageContaining("does not match the dimension");
        assertThat(upserts()).isEqualTo(1);
    }

    @Test
    void aWrongKeyIsRefusedAndNotShown() {
        store.close();
        PineconeService wrong = new PineconeService("code", "", "pcsk-wrong-key");

        assertThatThrownBy(() -> TestStores.open(folder, server, wrong))
                .isInstanceOf(StoreFailedException.class)
                .hasMessageContaining("UNAUTHENTICATED")
                .hasMessageNotContaining("pcsk-wrong-key");
        assertThat(wrong.toString()).doesNotContain("pcsk");
        store = open();
    }

    @Test
    void aServiceThatIsAwayDoesNotKeepTheStoreFromStarting() {
        store.close();
        server.misbehave(100, Misbehaviour.failing(Status.UNAVAILABLE));

        store = open();

        assertThat(store.problem()).isEmpty();
    }

    @Test
    void anIndexOfAnotherModelHasNamespacesOfItsOwnAndADropDeletesThemToo() {
        put("a", "x", EAST);
        store.commit(MAIN, "c1");
        store.close();
        for (String generation : List.of("model-2", "model-3")) {
            try (VectorStore other = TestStores.open(folder, server, generation)) {
                other.replaceFile(MAIN, "a", List.of(entry("a", "x", EAST)));
                other.commit(MAIN, "c1");
            }
        }
        Partition theirs = new Partition("t2", "repo", "main");
        store = open();
        store.replaceFile(theirs, "b", List.of(entry("b", "x", EAST)));
        store.commit(theirs, "c1");
        assertThat(server.namespaces()).hasSize(4);

        store.drop("t1", "repo");

        assertThat(server.vectors()).extracting(Vector::getId).hasSize(1);
        assertThat(store.watermark("t2", "repo")).isPresent();
    }

    @Test
    void anotherFolderHasNamespacesOfItsOwn() throws Exception {
        put("a", "x", EAST);
        store.commit(MAIN, "c1");
        Path otherFolder = Files.createDirectories(folder.resolveSibling("other-" + folder.getFileName()));
        try (VectorStore other = TestStores.open(otherFolder, server)) {
            other.replaceFile(MAIN, "a", List.of(entry("a", "x", EAST)));
            other.commit(MAIN, "c1");
            other.drop("t1", "repo");
        }

        assertThat(server.vectors()).hasSize(1);
    }

    @Test
    void itIsReachedOverTheNetworkToo() throws Exception {
        Path otherFolder = Files.createDirectories(folder.resolveSibling("tcp-" + folder.getFileName()));
        try (PineconeServer remote = new PineconeServer(4, true)) {
            PineconeService service = new PineconeService("code", remote.address(), PineconeServer.KEY);
            try (VectorStore other = PineconeStore.open(otherFolder, "model-1", 4, service)) {
                other.replaceFile(MAIN, "a", List.of(entry("a", "x", EAST)));
                other.commit(MAIN, "c1");

                assertThat(other.search("t1", probe(EAST, "x"))).hasSize(1);
                assertThat(remote.vectors()).hasSize(1);
                assertThat(remote.calls()).contains("query");
            }
        }
    }

    private void fill(String path, int chunks) {
        store.replaceFile(MAIN, path, entries(path, chunks));
    }

    private static List<Entry> entries(String path, int chunks) {
        return IntStream.range(0, chunks)
                .mapToObj(at -> entry(path, path + at, EAST))
                .toList();
    }

    private long upserts() {
        return server.calls().stream().filter("upsert"::equals).count();
    }
}
