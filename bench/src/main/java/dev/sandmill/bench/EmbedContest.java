package dev.sandmill.bench;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.sandmill.vectorizer.embed.onnx.OnnxEmbedder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/// One round after another, each contender embeds the same texts. LangChain4j cuts at 128 tokens without a word, so
/// only texts that fit are used: every contender reads the same tokens.
final class EmbedContest {
    private static final int TOKENS_THAT_FIT = 126;
    private static final int TEXTS = 256;
    private static final int ROUNDS = 5;

    private final Map<String, double[]> textsPerSecond = new LinkedHashMap<>();

    private EmbedContest() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        new EmbedContest().run();
    }

    private void run() throws IOException, InterruptedException {
        int processors = Runtime.getRuntime().availableProcessors();
        try (OnnxEmbedder ours = OnnxEmbedder.start(processors)) {
            List<String> texts = texts(ours);
            EmbeddingModel full = new AllMiniLmL6V2EmbeddingModel();
            EmbeddingModel quantised = new AllMiniLmL6V2QuantizedEmbeddingModel();
            double tokens = texts.stream().mapToInt(ours::countTokens).average().orElseThrow() + 2;
            System.out.printf(
                    Locale.ROOT,
                    "%n%d processor(s), %d texts of %.0f tokens on average, median of %d rounds%n",
                    processors,
                    TEXTS,
                    tokens,
                    ROUNDS);
            for (int round = -1; round < ROUNDS; round++) {
                time(round, "LangChain4j fp32, embed() loop", texts, () -> texts.forEach(full::embed));
                time(round, "LangChain4j int8, embed() loop", texts, () -> texts.forEach(quantised::embed));
                time(round, "LangChain4j int8, embedAll()", texts, () -> quantised.embedAll(segments(texts)));
                time(round, "Sandmill int8", texts, () -> ours.embed(texts));
            }
            report();
        }
    }

    private static List<String> texts(OnnxEmbedder embedder) throws IOException {
        List<String> all = new ArrayList<>(SourceChunks.below(Path.of("."), embedder::countTokens, TOKENS_THAT_FIT));
        Collections.shuffle(all, new Random(7));
        if (all.size() < TEXTS) {
            throw new IOException("there are only " + all.size() + " chunks here, " + TEXTS + " are needed");
        }
        return all.subList(0, TEXTS);
    }

    private static List<TextSegment> segments(List<String> texts) {
        return texts.stream().map(TextSegment::from).toList();
    }

    /// @param round below 0 only warms up
    private void time(int round, String name, List<String> texts, Work work) throws InterruptedException {
        long start = System.nanoTime();
        work.run();
        double rate = texts.size() / ((System.nanoTime() - start) / 1e9);
        if (round >= 0) {
            textsPerSecond.computeIfAbsent(name, key -> new double[ROUNDS])[round] = rate;
        }
    }

    private void report() {
        double ours = textsPerSecond.values().stream()
                .mapToDouble(EmbedContest::median)
                .reduce(0, (before, last) -> last);
        textsPerSecond.forEach((name, rates) -> System.out.printf(
                Locale.ROOT, "%-34s %7.0f texts/s   ours / it %5.2f%n", name, median(rates), ours / median(rates)));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    @FunctionalInterface
    private interface Work {
        void run() throws InterruptedException;
    }
}
