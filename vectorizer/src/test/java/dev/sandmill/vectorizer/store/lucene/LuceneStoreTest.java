package dev.sandmill.vectorizer.store.lucene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.StoreFailedException;
import dev.sandmill.vectorizer.store.VectorStore;
import dev.sandmill.vectorizer.store.VectorStoreContract;
import dev.sandmill.vectorizer.store.Watermark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LuceneStoreTest extends VectorStoreContract {
    @Override
    protected VectorStore open() {
        return LuceneStore.open(folder, "model-1");
    }

    @Test
    void aFolderBelongsToOneStoreAtATime() {
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreFailedException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("in use");
    }

    @Test
    void anIndexOfAnotherModelCountsAsNoneAndIsFoundAgain() {
        put("a", "x", EAST);
        store.commit(MAIN, "c1");
        store.close();

        try (VectorStore other = LuceneStore.open(folder, "model-2")) {
            assertThat(other.watermark("t1", "repo")).isEmpty();
            assertThat(other.paths(MAIN)).isEmpty();
        }

        store = open();
        assertThat(store.watermark("t1", "repo")).contains(new Watermark("main", "c1", 1, 1, 0));
    }

    @Test
    void aDropDeletesIndexesOfOtherModelsToo() throws IOException {
        put("a", "x", EAST);
        store.commit(MAIN, "c1");
        store.close();
        store = LuceneStore.open(folder, "model-2");

        store.drop("t1", "repo");

        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(path -> path.toString().contains("generation-")))
                    .isEmpty();
        }
    }

    @Test
    void aDamagedIndexIsAProblemWithAWayOutAndOtherTenantsGoOn() throws IOException {
        put("a", "x", EAST);
        store.commit(MAIN, "c1");
        store.close();
        damageEverySegment();
        store = open();

        assertThatThrownBy(() -> store.watermark("t1", "repo"))
                .isInstanceOf(StoreFailedException.class)
                .hasMessageContaining("delete that folder and index again");
        assertThat(store.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains(folder.toString()));
        assertThat(store.watermark("t2", "repo")).isEmpty();
    }

    @Test
    void noNameFromOutsideBecomesAPath() throws IOException {
        Partition hostile = new Partition("../../etc", "../r", "../../b");
        store.replaceFile(hostile, "../../../etc/passwd", List.of(entry("../../../etc/passwd", "x", EAST)));
        store.commit(hostile, "c1");

        assertThat(store.paths(hostile)).containsExactly("../../../etc/passwd");
        try (Stream<Path> entries = Files.list(folder)) {
            assertThat(entries.map(path -> path.getFileName().toString()))
                    .allMatch(name -> name.equals("owner.lock") || name.matches("tenant-[0-9a-f]{32}"));
        }
    }

    private void damageEverySegment() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("segments_"))
                    .toList()) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2] ^= 0x55;
                Files.write(file, bytes);
            }
        }
    }
}
