package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.embed.Embedder;
import dev.sandmill.vectorizer.embed.EmbeddingFailedException;
import dev.sandmill.vectorizer.embed.ModelId;
import dev.sandmill.vectorizer.words.CodeWords;
import java.util.ArrayList;
import java.util.List;

/// A model of no depth: a text's vector is the count of its words, hashed. Fails for every call with `POISON` in it,
/// and
/// is away for every call with `AWAY` in it.
final class WordEmbedder implements Embedder {
    static final int DIMENSION = 64;

    final List<String> embedded = new ArrayList<>();
    int largestCall;
    int calls;

    @Override
    public synchronized float[][] embed(List<String> texts) {
        calls++;
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
