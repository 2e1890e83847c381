package dev.sandmill.vectorizer.embed.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.sandmill.vectorizer.embed.EmbeddingFailedException;
import dev.sandmill.vectorizer.embed.remote.EmbedderAsEmbeddingModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxEmbedderIT {
    /// Short enough for the reference, which cuts at 128 tokens.
    private static final List<String> TEXTS = List.of(
            "where is a job claimed",
            "public static void main(String[] args) { System.out.println(\"hi\"); }",
            "def f(x):\n    return x ** 2 if x else None\n",
            "Größe 中文 naïve",
            "for (int at = 0; at < rows; at++) { total += row[at] * weight[at]; }\n".repeat(4));

    private static OnnxEmbedder embedder;

    @BeforeAll
    static void start() {
        embedder = OnnxEmbedder.start(2);
    }

    @AfterAll
    static void close() {
        embedder.close();
    }

    /// Both run the same int8 weights. Activations are rounded to int8 on the way, so that sums in another order,
    /// which is all that differs, move a vector a little: .998 is the least seen here.
    @Test
    void shortTextsHaveTheVectorsThatLangChainComputes(@TempDir Path cache) {
        System.setProperty("DJL_OFFLINE", "true");
        System.setProperty("DJL_CACHE_DIR", cache.toString());
        EmbeddingModel naive = new AllMiniLmL6V2QuantizedEmbeddingModel();
        EmbeddingModel ours = new EmbedderAsEmbeddingModel(embedder);

        for (String text : TEXTS) {
            double cosine = cosine(
                    ours.embed(text).content().vector(),
                    naive.embed(text).content().vector());
            assertThat(cosine).as(text).isGreaterThan(0.995);
        }
    }

    /// The same steps around the model with 32-bit weights: what differs is the int8 weights alone.
    @Test
    void vectorsAreThoseOfTheReferenceInFullPrecisionAndCloseToThemInInt8(@TempDir Path cache) throws Exception {
        System.setProperty("DJL_OFFLINE", "true");
        System.setProperty("DJL_CACHE_DIR", cache.toString());
        EmbeddingModel reference = new AllMiniLmL6V2EmbeddingModel();
        WordPieces wordPieces = TokenizerFile.read(MiniLm.load().tokenizer());
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        List<String> texts = beginningsOfSourceFiles();
        double sumInInt8 = 0;
        try (OrtSession session = Inference.session(environment, weightsInFullPrecision())) {
            Inference fullPrecision = new Inference(environment, session);
            for (String text : texts) {
                float[] expected = reference.embed(text).content().vector();

                float[] inFull = fullPrecision.vectorOf(wordPieces.encode(text, MiniLm.MAX_TOKENS));
                assertThat(cosine(inFull, expected)).as(text).isGreaterThan(0.9999);
                double inInt8 = cosine(embedder.embed(List.of(text))[0], expected);
                assertThat(inInt8).as(text).isGreaterThan(0.98);
                sumInInt8 += inInt8;
            }
        }
        assertThat(sumInInt8 / texts.size()).isGreaterThan(0.99);
    }

    private static byte[] weightsInFullPrecision() throws IOException {
        try (InputStream stream = MiniLm.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
            return Objects.requireNonNull(stream).readAllBytes();
        }
    }

    /// What stands before each type's body: documentation and signature, about 100 tokens.
    private static List<String> beginningsOfSourceFiles() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            List<String> texts = new ArrayList<>();
            for (Path file : files.filter(path -> path.toString().endsWith("e.java"))
                    .sorted()
                    .toList()) {
                String source = Files.readString(file);
                String text = source.substring(Math.max(0, source.indexOf("///")));
                texts.add(text.substring(0, Math.min(350, text.length())));
            }
            return texts.stream()
                    .filter(text -> embedder.countTokens(text) <= 126)
                    .toList();
        }
    }

    @Test
    void whatComesAfterTheHundredAndTwentyEighthTokenCounts() throws InterruptedException {
        String head = "alpha beta gamma delta ".repeat(35);

        float[][] vectors = embedder.embed(List.of(head + "open the database", head + "bake a chocolate cake"));

        assertThat(embedder.countTokens(head)).isGreaterThan(128).isLessThan(250);
        assertThat(cosine(vectors[0], vectors[1])).isLessThan(0.9999);
    }

    @Test
    void everyTextHasAUnitVectorHoweverOddItIs() throws InterruptedException {
        List<String> texts =
                List.of("", " ", "\0\u0001", "\uD800", "a".repeat(100_000), "x y ".repeat(50_000), "中".repeat(2_000));

        float[][] vectors = embedder.embed(texts);

        assertThat(vectors).hasNumberOfRows(texts.size());
        for (float[] vector : vectors) {
            assertThat(vector).hasSize(384);
            assertThat(cosine(vector, vector)).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void aTextsVectorDoesNotDependOnItsCompany() throws InterruptedException {
        List<String> texts = IntStream.range(0, 100)
                .mapToObj(at -> "int value" + at + " = " + "x ".repeat(at))
                .toList();

        float[][] together = embedder.embed(texts);

        for (int at = 0; at < texts.size(); at += 9) {
            assertThat(embedder.embed(List.of(texts.get(at)))[0]).isEqualTo(together[at]);
        }
    }

    @Test
    void manyCallersGetTheirOwnVectors() throws InterruptedException {
        float[] expected = embedder.embed(List.of("caller 7"))[0];
        List<CompletableFuture<float[][]>> calls = new ArrayList<>();
        for (int caller = 0; caller < 16; caller++) {
            List<String> texts =
                    IntStream.range(0, 8).mapToObj(text -> "caller " + text).toList();
            CompletableFuture<float[][]> call = new CompletableFuture<>();
            calls.add(call);
            Thread.ofVirtual().start(() -> {
                try {
                    call.complete(embedder.embed(texts));
                } catch (InterruptedException | RuntimeException failed) {
                    call.completeExceptionally(failed);
                }
            });
        }

        assertThat(calls).allSatisfy(call -> assertThat(call.join()[7]).isEqualTo(expected));
    }

    @Test
    void anInterruptEndsTheWaitAndLeavesTheEmbedderWorking() throws InterruptedException {
        AtomicReference<Object> end = new AtomicReference<>();
        CountDownLatch begun = new CountDownLatch(1);
        List<String> longTexts = IntStream.range(0, 900)
                .mapToObj(at -> ("word" + at + " ").repeat(200))
                .toList();
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                begun.countDown();
                end.set(embedder.embed(longTexts));
            } catch (InterruptedException interrupted) {
                end.set(interrupted);
            }
        });
        begun.await();
        caller.interrupt();
        caller.join();

        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        assertThat(embedder.embed(List.of("still here"))).hasNumberOfRows(1);
    }

    @Test
    void theNumberOfWorkersChangesUnderLoadAndNoTextIsLost() throws InterruptedException {
        try (OnnxEmbedder resized = OnnxEmbedder.start(1)) {
            float[] expected = embedder.embed(List.of("text 5"))[0];
            List<String> texts =
                    IntStream.range(0, 200).mapToObj(text -> "text " + text).toList();
            CompletableFuture<float[][]> call = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    call.complete(resized.embed(texts));
                } catch (InterruptedException | RuntimeException failed) {
                    call.completeExceptionally(failed);
                }
            });
            for (int workers : List.of(4, 1, 3, 2)) {
                resized.resize(workers);
                Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> resized.workersAlive() == workers);
            }

            assertThat(call.join()).hasNumberOfRows(200);
            assertThat(call.join()[5]).isEqualTo(expected);
            assertThat(resized.work().texts()).isEqualTo(200);
            assertThat(resized.work().nanos()).isPositive();
        }
    }

    @Test
    void aClosedEmbedderSaysSo() {
        OnnxEmbedder closed = OnnxEmbedder.start(1);
        closed.close();
        closed.close();

        assertThatThrownBy(() -> closed.embed(List.of("x")))
                .isInstanceOf(EmbeddingFailedException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void theModelsIdentityNamesWhatDecidesAVector() {
        assertThat(embedder.id().name()).isEqualTo("all-MiniLM-L6-v2-int8");
        assertThat(embedder.id().fingerprint()).startsWith("afdb6f1a").contains("-256-mean-l2-384-");
    }

    private static double cosine(float[] one, float[] other) {
        double sum = 0;
        for (int at = 0; at < one.length; at++) {
            sum += (double) one[at] * other[at];
        }
        return sum;
    }
}
