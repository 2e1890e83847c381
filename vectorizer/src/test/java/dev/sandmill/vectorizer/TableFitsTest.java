package dev.sandmill.vectorizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandmill.vectorizer.embed.table.RepositoryTables;
import dev.sandmill.vectorizer.embed.table.StaticEmbedder;
import dev.sandmill.vectorizer.store.Entry;
import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.Posting;
import dev.sandmill.vectorizer.store.VectorStore;
import dev.sandmill.vectorizer.store.lucene.LuceneStore;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableFitsTest {
    private static final Partition PARTITION = new Partition("t", "repo", "main");
    private static final int ROWS_A_FILE = 100;

    private static final StaticEmbedder SHIPPED = StaticEmbedder.load();
    private static final List<String> WORDS =
            List.of("parse", "date", "list", "file", "read", "pool", "lease", "worker", "job", "token", "index");

    @TempDir
    Path folder;

    private final Random random = new Random(7);
    private LuceneStore store;
    private RepositoryTables tables;
    private TableFits fits;

    @BeforeEach
    void open() {
        store = LuceneStore.open(folder.resolve("index"), "test");
        tables = new RepositoryTables(folder.resolve("tables"), SHIPPED, "model");
        fits = new TableFits(tables, store);
    }

    @AfterEach
    void close() {
        fits.close();
        store.close();
    }

    @Test
    void aTableIsFittedAsSoonAsThereAreEnoughExactRowsAndNotAtEachCommit() {
        put(14, Fidelity.EXACT);
        put(3, Fidelity.SKETCH);
        commit();
        put(1, Fidelity.EXACT);
        commit();
        await().atMost(Duration.ofMinutes(2)).until(() -> tables.exactRows("t", "repo") == 1_500);
        StaticEmbedder first = tables.of("t", "repo");
        assertThat(first).isNotSameAs(SHIPPED);
        assertThat(tables.of("u", "repo")).isSameAs(SHIPPED);

        put(5, Fidelity.EXACT);
        store.commit(PARTITION, "c");
        assertThat(fits.consider(PARTITION)).isFalse();
        put(40, Fidelity.EXACT);
        store.commit(PARTITION, "c");
        assertThat(fits.consider(PARTITION)).isTrue();
    }

    @Test
    void aTableOfARepositoryThatIsDroppedMeanwhileIsNotKept() {
        AtomicBoolean dropped = new AtomicBoolean();
        CompletableFuture<String> lookedAgain = new CompletableFuture<>();
        VectorStore dropping = (VectorStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {VectorStore.class}, (proxy, method, arguments) -> {
                    Object answer = method.invoke(store, arguments);
                    if (method.getName().equals("exactRows")) {
                        store.drop("t", "repo");
                        dropped.set(true);
                    } else if (method.getName().equals("watermark") && dropped.get()) {
                        lookedAgain.complete("after the fit");
                    }
                    return answer;
                });
        put(15, Fidelity.EXACT);
        store.commit(PARTITION, "c");
        try (TableFits late = new TableFits(tables, dropping)) {
            assertThat(late.consider(PARTITION)).isTrue();
            assertThat(lookedAgain).succeedsWithin(Duration.ofMinutes(1));
        }

        assertThat(tables.of("t", "repo")).isSameAs(SHIPPED);
        assertThat(folder.resolve("tables")).isEmptyDirectory();
    }

    @Test
    void aRepositoryThatIsForgottenLosesItsTable() {
        put(15, Fidelity.EXACT);
        commit();
        await().atMost(Duration.ofMinutes(2)).until(() -> tables.exactRows("t", "repo") > 0);

        store.drop("t", "repo");
        fits.forget("t", "repo");

        assertThat(tables.of("t", "repo")).isSameAs(SHIPPED);
    }

    private void commit() {
        store.commit(PARTITION, "c");
        fits.consider(PARTITION);
    }

    private void put(int files, Fidelity fidelity) {
        for (int file = 0; file < files; file++) {
            String path = "f" + random.nextLong();
            List<Entry> rows = new ArrayList<>();
            for (int row = 0; row < ROWS_A_FILE; row++) {
                String text = text();
                Posting posting = new Posting(path, "b", 1, 1, null, "text", "python", path + row, text, "");
                rows.add(new Entry(posting, vector(text), fidelity));
            }
            store.replaceFile(PARTITION, path, rows);
        }
    }

    private String text() {
        List<String> words = new ArrayList<>();
        for (int word = 0; word < 6; word++) {
            words.add(WORDS.get(random.nextInt(WORDS.size())));
        }
        return String.join(" ", words);
    }

    /// As a model does that sees something in one word.
    private static float[] vector(String text) {
        float[] vector = SHIPPED.vectorOf(text);
        vector[0] += text.contains("pool") ? 0.5f : 0;
        double length = 0;
        for (float value : vector) {
            length += value * value;
        }
        for (int at = 0; at < vector.length; at++) {
            vector[at] /= (float) Math.sqrt(length);
        }
        return vector;
    }
}
