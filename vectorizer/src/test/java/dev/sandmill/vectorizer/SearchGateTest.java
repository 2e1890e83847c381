package dev.sandmill.vectorizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.vectorizer.embed.EmbeddingFailedException;
import dev.sandmill.vectorizer.store.StoreFailedException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SearchGateTest {
    private final SearchGate gate = new SearchGate(1);

    @Test
    void aStoreThatFailsFiveTimesInARowIsLeftAlone() {
        for (int failure = 0; failure < 5; failure++) {
            assertThat(gate.state().state()).isEqualTo("closed");
            assertThatThrownBy(() -> gate.pass(() -> {
                        throw new StoreFailedException("disk", new IllegalStateException());
                    }))
                    .isInstanceOf(SearchUnavailable.class)
                    .hasMessageContaining("disk");
        }
        assertThat(gate.state().state()).isEqualTo("open");
        assertThatThrownBy(() -> gate.pass(() -> "asked"))
                .isInstanceOf(SearchUnavailable.class)
                .hasMessageContaining("left alone");
        assertThat(gate.state().refused()).isEqualTo(1);
    }

    @Test
    void aSuccessBetweenFailuresAndAModelThatFailsDoNotOpenIt() {
        for (int failure = 0; failure < 12; failure++) {
            int number = failure;
            assertThatThrownBy(() -> gate.pass(() -> {
                        if (number % 4 == 3) {
                            throw new EmbeddingFailedException("model", null);
                        }
                        throw new StoreFailedException("disk", new IllegalStateException());
                    }))
                    .isInstanceOf(SearchUnavailable.class);
            if (failure % 4 == 1) {
                assertThat(gate.pass(() -> "found")).isEqualTo("found");
            }
        }
        assertThat(gate.state().state()).isEqualTo("closed");
    }

    @Test
    void oneTooManyIsRefusedAndTheOthersGoOn() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Thread first = Thread.ofVirtual()
                .start(() -> gate.pass(() -> {
                    inside.countDown();
                    try {
                        return leave.await(60, java.util.concurrent.TimeUnit.SECONDS);
                    } catch (InterruptedException stopped) {
                        throw new IllegalStateException(stopped);
                    }
                }));
        inside.await();
        assertThatThrownBy(() -> gate.pass(() -> "too many"))
                .isInstanceOf(SearchUnavailable.class)
                .hasMessageContaining("at a time");
        leave.countDown();
        first.join();
        assertThat(gate.pass(() -> "next")).isEqualTo("next");
    }
}
