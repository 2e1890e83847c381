package dev.sandmill.vectorizer.store.lucene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.vectorizer.store.Entry;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.Posting;
import dev.sandmill.vectorizer.store.StoreFailedException;
import dev.sandmill.vectorizer.store.Watermark;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledProcessIT {
    private static final Partition PARTITION = new Partition("t", "repo", "main");
    private static final int COMMITTED = 200;

    @Test
    void afterAKillTheLastCommitIsThereAndNothingElse(@TempDir Path folder) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = child.inputReader()) {
            assertThat(output.readLine()).isEqualTo("writing");
            assertThatThrownBy(() -> LuceneStore.open(folder, "g"))
                    .isInstanceOf(StoreFailedException.class)
                    .hasMessageContaining("in use by another process");
        } finally {
            child.destroyForcibly().waitFor();
        }

        try (LuceneStore store = LuceneStore.open(folder, "g")) {
            assertThat(store.watermark("t", "repo")).contains(new Watermark("main", "c1", COMMITTED, COMMITTED, 0));
            assertThat(store.paths(PARTITION)).hasSize(COMMITTED).allMatch(path -> path.startsWith("kept"));
            Victim.put(store, "after");
            store.commit(PARTITION, "c2");
            assertThat(store.paths(PARTITION)).hasSize(COMMITTED + 1);
        }
    }

    /// Commits, then writes without end until it is killed.
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) {
            LuceneStore store = LuceneStore.open(Path.of(arguments[0]), "g");
            for (int file = 0; file < COMMITTED; file++) {
                put(store, "kept" + file);
            }
            store.commit(PARTITION, "c1");
            for (long file = 0; ; file++) {
                put(store, "lost" + file);
                store.paths(PARTITION);
                if (file == 20) {
                    System.out.println("writing");
                }
            }
        }

        static void put(LuceneStore store, String path) {
            Posting posting = new Posting(path, "b", 1, 1, null, "text", "text", path, "text of " + path, "");
            store.replaceFile(PARTITION, path, List.of(new Entry(posting, new float[] {0.6f, 0.8f})));
        }
    }
}
