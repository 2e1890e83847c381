package dev.sandmill.vectorizer.store;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A store in a folder of its own, and what tests of stores say often.
public abstract class StoreFixture {
    protected static final Partition MAIN = new Partition("t1", "repo", "main");
    protected static final float[] EAST = {1, 0, 0, 0};
    protected static final float[] NORTH = {0, 1, 0, 0};

    @TempDir
    protected Path folder;

    protected VectorStore store;

    /// A store over `folder`, with what was committed there before.
    protected abstract VectorStore open();

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    protected void reopen() {
        store.close();
        store = open();
    }

    protected void sketch(String path, String text, float[] vector) {
        store.replaceFile(
                MAIN, path, List.of(new Entry(entry(path, text, vector).posting(), vector, Fidelity.SKETCH)));
    }

    protected void put(String path, String text, float[] vector) {
        store.replaceFile(MAIN, path, List.of(entry(path, text, vector)));
    }

    protected static Entry entry(String path, String text, float[] vector) {
        return entry(path, text, vector, "python");
    }

    protected static Entry entry(String path, String text, float[] vector, String language) {
        return new Entry(
                new Posting(path, "blob", 1, 1, null, "text", language, text, text, ""), Arrays.copyOf(vector, 4));
    }

    protected static Probe probe(float[] vector, String text) {
        return new Probe(vector, text, List.of(), List.of(), null, 10);
    }

    protected List<String> paths(String tenant) {
        return store.search(tenant, probe(EAST, "x")).stream()
                .map(hit -> hit.posting().path())
                .toList();
    }

    protected List<String> paths(Probe probe) {
        return store.search("t1", probe).stream()
                .map(hit -> hit.posting().path())
                .toList();
    }

    protected static double cosineOf(String path, List<Found> found) {
        return of(path, found).cosine();
    }

    protected static double wordsOf(String path, List<Found> found) {
        return of(path, found).words();
    }

    private static Found of(String path, List<Found> found) {
        return found.stream()
                .filter(hit -> hit.posting().path().equals(path))
                .findFirst()
                .orElseThrow();
    }
}
