package dev.sandmill.vectorizer.embed.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.sandmill.vectorizer.embed.EmbeddingFailedException;
import dev.sandmill.vectorizer.embed.remote.MisbehavingEndpoint.Call;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemoteEmbedderTest {
    private MisbehavingEndpoint endpoint;
    private RemoteEmbedder embedder;

    @BeforeEach
    void connect() throws IOException {
        endpoint = new MisbehavingEndpoint();
        embedder = RemoteEmbedder.connect(endpoint.model(4, 3));
        endpoint.calls.clear();
    }

    @AfterEach
    void close() {
        embedder.close();
        endpoint.close();
    }

    @Test
    void vectorsComeInTheTextsOrderWhateverTheAnswersOrder() throws InterruptedException {
        float[][] vectors = embedder.embed(texts(10));

        assertThat(embedder.dimension()).isEqualTo(2);
        for (int at = 0; at < 10; at++) {
            assertThat((double) vectors[at][0] / vectors[at][1]).isCloseTo(at + 1, within(1e-3));
            assertThat((double) vectors[at][0] * vectors[at][0] + vectors[at][1] * vectors[at][1])
                    .isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void callsAreNoLargerThanAllowedAndAskForBase64() throws InterruptedException {
        embedder.embed(texts(10));

        assertThat(endpoint.calls).hasSize(4).allSatisfy(call -> {
            assertThat(call.texts()).hasSizeLessThanOrEqualTo(3);
            assertThat(call.body().path("encoding_format").asString()).isEqualTo("base64");
            assertThat(call.body().path("model").asString()).isEqualTo("test-model");
            assertThat(call.exchange().getRequestHeaders().getFirst("Authorization"))
                    .isEqualTo("Bearer " + MisbehavingEndpoint.KEY);
        });
    }

    @Test
    void longTextsAreCutAndEmptyOnesAreSentAsSomething() throws InterruptedException {
        assertThat(embedder.embed(List.of("x".repeat(100_000), "", " \n"))).hasNumberOfRows(3);

        assertThat(endpoint.calls.getFirst().texts())
                .allSatisfy(text -> assertThat(text.length()).isBetween(1, 8_192));
        assertThat(embedder.embed(List.of())).isEmpty();
    }

    @Test
    void plainNumbersAreReadToo() throws InterruptedException {
        endpoint.answer(call -> call.send(200, List.of(Map.of("index", 0, "embedding", List.of(3, 4.0)))));

        assertThat(embedder.embed(List.of("a"))[0]).containsExactly(0.6f, 0.8f);
    }

    @Test
    void garbageIsRefusedAfterAllAttempts() {
        refused("no JSON", call -> call.send(200, "<html>"));
        refused("0 vectors for 1 texts", call -> call.send(200, List.of()));
        refused("2 vectors for 1 texts", call -> call.send(200, List.of(Call.item(0, 1, 1), Call.item(1, 1, 1))));
        refused("text 1 twice, or", call -> call.send(200, List.of(Call.item(1, 1, 1))));
        refused("text -1 twice, or", call -> call.send(200, List.of(Call.item(-1, 1, 1))));
    }

    @Test
    void vectorsThatAreNoneAreRefusedAfterAllAttempts() {
        refused("3 numbers where 2", call -> call.send(200, List.of(Call.item(0, 1, 1, 1))));
        refused("not finite", call -> call.send(200, List.of(Call.item(0, Float.NaN, 1))));
        refused("not finite", call -> call.send(200, List.of(Call.item(0, Float.POSITIVE_INFINITY, 1))));
        refused("no length", call -> call.send(200, List.of(Call.item(0, 0, 0))));
        refused("no base64", call -> call.send(200, List.of(Map.of("index", 0, "embedding", "***"))));
    }

    private void refused(String message, MisbehavingEndpoint.Answering how) {
        try (RemoteEmbedder fresh = freshAnswering(how)) {
            int before = endpoint.count();
            assertThatThrownBy(() -> fresh.embed(List.of("a")))
                    .isInstanceOf(EmbeddingFailedException.class)
                    .hasMessageContaining(message)
                    .matches(failed -> ((EmbeddingFailedException) failed).modelAway());
            assertThat(endpoint.count() - before).isEqualTo(4);
        }
    }

    private RemoteEmbedder freshAnswering(MisbehavingEndpoint.Answering how) {
        endpoint.answer(Call::well);
        RemoteEmbedder fresh = RemoteEmbedder.connect(endpoint.model(4, 3));
        endpoint.answer(how);
        return fresh;
    }

    @Test
    void whatFailsForAMomentIsTriedAgain() throws InterruptedException {
        endpoint.answer(call -> {
            switch (call.number()) {
                case 1 -> call.send(500, "oops");
                case 2 -> call.exchange().close();
                case 3 -> call.send(200, "{");
                default -> call.well();
            }
        });

        assertThat(embedder.embed(List.of("abc"))).hasNumberOfRows(1);
        assertThat(endpoint.calls).hasSize(4);
    }

    @Test
    void aRefusalForLoadIsWaitedOutByAllCallersAndHalvesTheCalls() throws InterruptedException {
        endpoint.answer(call -> {
            if (call.number() == 1) {
                call.exchange().getResponseHeaders().add("Retry-After", "1");
                call.send(429, "slow down");
            } else {
                call.well();
            }
        });
        embedder.embed(List.of("first"));
        long refusedAt = endpoint.calls.getFirst().atNanos();

        assertThat(endpoint.calls.get(1).atNanos() - refusedAt).isGreaterThan(900_000_000L);
        assertThat(embedder.allowedCalls()).isEqualTo(2);
        embedder.embed(texts(60));
        assertThat(embedder.allowedCalls()).isEqualTo(4);
        assertThat(endpoint.mostUnderWay).isLessThanOrEqualTo(4);
    }

    @Test
    void moreAndFewerCallsComeIntoForceWhileOthersAreUnderWay() throws InterruptedException {
        assertThat(embedder.allowedCalls()).isEqualTo(4);
        embedder.resize(9);
        assertThat(embedder.allowedCalls()).isEqualTo(9);
        embedder.resize(2);
        assertThat(embedder.allowedCalls()).isEqualTo(2);
        endpoint.mostUnderWay = 0;
        embedder.embed(texts(60));
        assertThat(endpoint.mostUnderWay).isLessThanOrEqualTo(2);
        assertThat(embedder.work().texts()).isEqualTo(61);
        assertThat(embedder.work().runs()).isEqualTo(21);
    }

    @Test
    void askedToWaitForTooLongItGivesUpAtOnce() {
        endpoint.answer(call -> {
            call.exchange().getResponseHeaders().add("Retry-After", "86400");
            call.send(429, "quota");
        });

        assertThatThrownBy(() -> embedder.embed(List.of("a"))).hasMessageContaining("429: quota");
        assertThat(endpoint.calls).hasSize(1);
    }

    @Test
    void aTextThatIsRefusedIsNotTriedAgainAndMayBeAtFault() {
        endpoint.answer(call -> call.send(400, "bad input"));

        EmbeddingFailedException failed =
                catchThrowableOfType(EmbeddingFailedException.class, () -> embedder.embed(List.of("a")));
        assertThat(failed).hasMessageContaining("400: bad input");
        assertThat(failed.modelAway()).isFalse();
        assertThat(endpoint.calls).hasSize(1);
    }

    @Test
    void aRefusedKeyIsNobodysTextAndIsNeverShown() {
        endpoint.answer(call -> call.send(401, "bad key " + MisbehavingEndpoint.KEY));

        EmbeddingFailedException failed =
                catchThrowableOfType(EmbeddingFailedException.class, () -> embedder.embed(List.of("a")));
        assertThat(failed).hasMessageContaining("401: bad key [key]");
        assertThat(failed.modelAway()).isTrue();
        assertThat(endpoint.model(1, 1).toString()).doesNotContain(MisbehavingEndpoint.KEY);
    }

    @Test
    void aRedirectIsNotFollowed() throws IOException {
        try (MisbehavingEndpoint other = new MisbehavingEndpoint()) {
            endpoint.answer(call -> {
                call.exchange()
                        .getResponseHeaders()
                        .add("Location", other.model(1, 1).base() + "/embeddings");
                call.send(307, "");
            });

            assertThatThrownBy(() -> embedder.embed(List.of("a"))).hasMessageContaining("answered 307");
            assertThat(other.calls).isEmpty();
        }
    }

    @Test
    void whatKeepsFailingIsLeftAlone() {
        endpoint.answer(call -> call.send(500, "down"));
        for (int call = 0; call < 10; call++) {
            assertThatThrownBy(() -> embedder.embed(List.of("a"))).isInstanceOf(EmbeddingFailedException.class);
        }

        assertThatThrownBy(() -> embedder.embed(List.of("a"))).hasMessageContaining("left alone");
        assertThat(endpoint.count()).isEqualTo(5);
        assertThat(embedder.breaker().orElseThrow().state()).isEqualTo("open");
        assertThat(embedder.breaker().orElseThrow().refused()).isPositive();
    }

    @Test
    void anInterruptEndsACallThatHangs() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        endpoint.answer(call -> {
            asked.countDown();
            try {
                release.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
        Thread caller = Thread.currentThread();
        Thread.ofVirtual().start(() -> {
            try {
                asked.await();
                caller.interrupt();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });

        assertThatThrownBy(() -> embedder.embed(List.of("a"))).isInstanceOf(InterruptedException.class);
        release.countDown();
    }

    @Test
    void anotherModelOrAddressIsAnotherIdentity() {
        RemoteModel same = endpoint.model(9, 9);
        try (RemoteEmbedder again = RemoteEmbedder.connect(same)) {
            assertThat(again.id()).isEqualTo(embedder.id());
        }
        RemoteModel named = RemoteModel.of(same.base(), same.key(), "other/model", 1, 1);
        try (RemoteEmbedder other = RemoteEmbedder.connect(named)) {
            assertThat(other.id()).isNotEqualTo(embedder.id());
        }
    }

    @Test
    void addressesAndKeysThatCannotBeUsedAreRefused() {
        for (String base : List.of("ftp://host/v1", "http:///v1", "http://user:pass@host/v1", "http://host/v1?x=1")) {
            assertThatThrownBy(() -> RemoteModel.of(URI.create(base), "", "m", 1, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("address");
        }
        assertThatThrownBy(() -> RemoteModel.of(URI.create("http://host"), "a\nb", "m", 1, 1))
                .hasMessageContaining("key");
    }

    private static List<String> texts(int count) {
        return IntStream.rangeClosed(1, count).mapToObj("x"::repeat).toList();
    }
}
