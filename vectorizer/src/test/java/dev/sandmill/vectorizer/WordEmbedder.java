package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.embed.Embedder;
import dev.sandmill.vectorizer.embed.EmbeddingFailedException;
import dev.sandmill.vectorizer.embed.ModelId;
import dev.sandmill.vectorizer.words.CodeWords;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A model of no depth: a text's vector is the count of its words, hashed. Fails for every call with `POISON`
/// in it, and is away for every call with `AWAY` in it.
final class WordEmbedder implements Embedder {
    static final int DIMENSION = 64;

    final List<String> embedded = new ArrayList<>();
    final List<Integer> callSizes = new ArrayList<>();
    int largestCall;
    int calls;
    private volatile CyclicBarrier meeting = new CyclicBarrier(1);

    /// From now on as many calls have to be under way at a time before one goes on.
    void meetAt(int callsAtATime) {
        meeting = new CyclicBarrier(callsAtATime);
    }

    @Override
    public float[][] embed(List<String> texts) throws InterruptedException {
        try {
            meeting.await(60, TimeUnit.SECONDS);
        } catch (BrokenBarrierException | TimeoutException alone) {
            throw new IllegalStateException("fewer calls at a time than wanted", alone);
        }
        return embedded(texts);
    }

    private synchronized float[][] embedded(List<String> texts) {
        calls++;
        callSizes.add(texts.size());
        largestCall = Math.max(largestCall, texts.size());
        if (texts.stream().anyMatch(text -> text.contains("POISON"))) {
            throw new EmbeddingFailedException("cannot stomach this", null);
        }
        if (texts.stream().anyMatch(text -> text.contains("AWAY"))) {
            throw new EmbeddingFailedException("nobody answers", null, true);
        }
        embedded.addAll(texts);
        return texts.stream().map(WordEmbedder::vector).toArray(float[][]::new);
    }

    private static float[] vector(String text) {
        float[] vector = new float[DIMENSION];
        vector[0] = 1;
        CodeWords.of(text).forEach(word -> vector[Math.floorMod(word.hashCode(), DIMENSION)]++);
        double squares = 0;
        for (float value : vector) {
            squares += value * value;
        }
        for (int at = 0; at < DIMENSION; at++) {
            vector[at] /= (float) Math.sqrt(squares);
        }
        return vector;
    }

    @Override
    public ModelId id() {
        return new ModelId("words", "words-1");
    }

    @Override
    public int maxTokens() {
        return 256;
    }

    @Override
    public int dimension() {
        return DIMENSION;
    }

    @Override
    public void close() {}
}
