package dev.sandmill.vectorizer.embed.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Vectors here are made by the shipped table and turned a little for some words, as a model does that sees more in
/// them.
class RepositoryTablesTest {
    private static final StaticEmbedder SHIPPED = StaticEmbedder.load();
    private static final List<String> WORDS = List.of(
            "parse", "date", "list", "file", "read", "write", "lock", "queue", "token", "row", "index", "search",
            "cache", "value", "key", "map", "string", "number", "time", "wait");
    private static final List<String> OWN = List.of("pool", "lease", "worker", "job");

    @TempDir
    Path folder;

    private RepositoryTables tables;

    @BeforeEach
    void open() {
        tables = tables("model");
    }

    private RepositoryTables tables(String models) {
        return new RepositoryTables(folder, SHIPPED, models);
    }

    @Test
    void aFittedTableIsCloserToTheModelOnTextsThatItHasNotSeen() throws Exception {
        assertThat(fit("t", "repo")).isTrue();

        List<String> unseen = texts(300, 99);
        StaticEmbedder fitted = tables.of("t", "repo");
        assertThat(closeness(fitted, unseen)).isGreaterThan(0.97);
        assertThat(closeness(SHIPPED, unseen)).isLessThan(0.9);
        assertThat(fitted.id()).isNotEqualTo(SHIPPED.id());
        assertThat(fitted.vectorOf("no word of these")).hasSize(SHIPPED.dimension());
    }

    @Test
    void aTableOutlivesTheProcess() throws Exception {
        fit("t", "repo");

        RepositoryTables again = tables("model");

        assertThat(again.of("t", "repo").id()).isEqualTo(tables.of("t", "repo").id());
        assertThat(again.of("t", "repo").vectorOf("lease a worker of the pool"))
                .isEqualTo(tables.of("t", "repo").vectorOf("lease a worker of the pool"));
        assertThat(again.exactRows("t", "repo")).isEqualTo(1_234);
    }

    @Test
    void tenantsAndRepositoriesAreApart() throws Exception {
        fit("t", "repo");

        assertThat(tables.of("other", "repo")).isSameAs(SHIPPED);
        assertThat(tables.of("t", "other")).isSameAs(SHIPPED);
        assertThat(tables.exactRows("other", "repo")).isZero();

        // A file under another's name is refused, too.
        Path own = file();
        tables.fit("other", "repo", texts(1_500, 1), vectors(texts(1_500, 1)), 1_500);
        Path others;
        try (Stream<Path> files = Files.list(folder)) {
            others = files.filter(file -> !file.equals(own)).findFirst().orElseThrow();
        }
        Files.copy(own, others, StandardCopyOption.REPLACE_EXISTING);
        assertThat(tables("model").of("other", "repo")).isSameAs(SHIPPED);
        assertThat(tables("model").of("t", "repo")).isNotSameAs(SHIPPED);
    }

    @Test
    void aDamagedFileIsRefusedDeletedAndFittedAgain() throws Exception {
        fit("t", "repo");
        byte[] whole = Files.readAllBytes(file());
        for (int at : List.of(0, 5, 20, 42, 60, whole.length / 2, whole.length - 1)) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x10;
            refused(changed);
        }
        refused(new byte[0]);
        refused(Arrays.copyOf(whole, 100));
        refused(Arrays.copyOf(whole, whole.length - 7));

        assertThat(fit("t", "repo")).isTrue();
        assertThat(tables("model").of("t", "repo")).isNotSameAs(SHIPPED);
    }

    private void refused(byte[] bytes) throws IOException {
        Path file = file();
        Files.write(file, bytes);
        assertThat(tables("model").of("t", "repo")).isSameAs(SHIPPED);
        assertThat(file).doesNotExist();
        Files.write(file, bytes);
    }

    @Test
    void aTableOfAnotherModelIsNotUsed() throws Exception {
        fit("t", "repo");

        assertThat(tables("another model").of("t", "repo")).isSameAs(SHIPPED);
    }

    @Test
    void aRepositoryThatIsDroppedLeavesNoTable() throws Exception {
        fit("t", "repo");

        tables.drop("t", "repo");

        assertThat(tables.of("t", "repo")).isSameAs(SHIPPED);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFitThatIsNoBetterIsNotKept() throws Exception {
        List<String> texts = texts(1_500, 1);
        float[][] already = texts.stream().map(SHIPPED::vectorOf).toArray(float[][]::new);

        assertThat(tables.fit("t", "repo", texts, already, 1_500)).isFalse();

        assertThat(tables.of("t", "repo")).isSameAs(SHIPPED);
        assertThat(folder).isEmptyDirectory();
    }

    /// Vectors that have nothing to do with their texts can be learnt by heart, which helps nobody.
    @Test
    void aFitIsJudgedByTextsThatItHasNotSeen() throws Exception {
        Random random = new Random(3);
        List<String> texts = new ArrayList<>();
        float[][] vectors = new float[1_500][];
        for (int at = 0; at < vectors.length; at++) {
            texts.add(
                    WORDS.get(at % WORDS.size()) + " " + Integer.toString(at, 36) + " " + Integer.toHexString(at * 31));
            vectors[at] = SHIPPED.vectorOf(texts.getLast());
            for (int number = 0; number < vectors[at].length; number++) {
                vectors[at][number] += (float) random.nextGaussian() / 8;
            }
            TokenTable.unit(vectors[at]);
        }

        assertThat(tables.fit("t", "repo", texts, vectors, 1_500)).isFalse();
    }

    @Test
    void onlySomeTablesAreHeldInMemory() throws Exception {
        fit("t", "repo");
        Files.delete(file());
        assertThat(tables.of("t", "repo")).isNotSameAs(SHIPPED);

        for (int other = 0; other < RepositoryTables.MOST_HELD; other++) {
            tables.of("t", "other" + other);
        }

        assertThat(tables.of("t", "repo")).isSameAs(SHIPPED);
    }

    @Test
    void tooFewOrTooManyTextsAreRefused() {
        for (int count : List.of(0, 1_499, 3_001)) {
            assertThatThrownBy(() -> tables.fit("t", "repo", texts(count, 1), new float[count][384], count))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not " + count);
        }
    }

    private boolean fit(String tenant, String repository) throws Exception {
        List<String> texts = texts(1_500, 1);
        return tables.fit(tenant, repository, texts, vectors(texts), 1_234);
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().orElse(folder.resolve("gone"));
        }
    }

    private static List<String> texts(int count, long seed) {
        Random random = new Random(seed);
        List<String> texts = new ArrayList<>(count);
        for (int text = 0; text < count; text++) {
            List<String> words = new ArrayList<>();
            for (int word = 0; word < 8; word++) {
                List<String> from = random.nextInt(3) == 0 ? OWN : WORDS;
                words.add(from.get(random.nextInt(from.size())));
            }
            texts.add(String.join(" ", words));
        }
        return texts;
    }

    private static float[][] vectors(List<String> texts) {
        return texts.stream().map(RepositoryTablesTest::vector).toArray(float[][]::new);
    }

    private static float[] vector(String text) {
        float[] vector = SHIPPED.vectorOf(text);
        for (int own = 0; own < OWN.size(); own++) {
            vector[own] += text.contains(OWN.get(own)) ? 0.4f : 0;
        }
        return TokenTable.unit(vector);
    }

    private static double closeness(StaticEmbedder table, List<String> texts) {
        return texts.stream()
                .mapToDouble(text -> {
                    float[] predicted = table.vectorOf(text);
                    float[] exact = vector(text);
                    double sum = 0;
                    for (int at = 0; at < exact.length; at++) {
                        sum += predicted[at] * exact[at];
                    }
                    return sum;
                })
                .average()
                .orElseThrow();
    }
}
