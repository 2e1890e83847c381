package dev.sandmill.backplane.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.Ground;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class DocumentsIT {
    @Test
    void aDocumentIsPutOnceReplacedAndRemoved() {
        try (Ground ground = Ground.open()) {
            Documents documents = ground.backplane().documents("repositories");
            assertThat(documents.putIfAbsent("a", "{\"n\":1}")).isTrue();
            assertThat(documents.putIfAbsent("a", "{\"n\":2}")).isFalse();
            assertThat(documents.get("a")).contains("{\"n\":1}");
            documents.put("b", "{}");
            assertThat(documents.all()).containsOnlyKeys("a", "b");
            assertThat(documents.update("c", text -> text)).isEmpty();
            assertThat(documents.remove("a")).isTrue();
            assertThat(documents.remove("a")).isFalse();
            assertThat(ground.backplane().documents("hooks").all()).isEmpty();
        }
    }

    @Test
    void noUpdateIsLostBetweenThreads() {
        try (Ground ground = Ground.open()) {
            Documents documents = ground.backplane().documents("counters");
            documents.put("n", "0");
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int number = 0; number < 100; number++) {
                    threads.submit(() -> documents.update("n", text -> Integer.toString(Integer.parseInt(text) + 1)));
                }
            }
            assertThat(documents.get("n")).contains("100");
        }
    }
}
