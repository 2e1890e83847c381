package dev.sandmill.vectorizer.embed.remote;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.sandmill.vectorizer.embed.Embedder;
import dev.sandmill.vectorizer.embed.EmbeddingFailedException;
import dev.sandmill.vectorizer.embed.ModelId;
import java.util.List;

/// Any LangChain4j [EmbeddingModel] as an [Embedder]. What comes back is not trusted: a wrong count, a wrong
/// dimension, a number that is none and a vector without length fail the call.
public final class LangChainEmbedder implements Embedder {
    private final EmbeddingModel model;
    private final ModelId id;
    private final int maxTokens;
    private final int dimension;

    public LangChainEmbedder(EmbeddingModel model, ModelId id, int maxTokens, int dimension) {
        this.model = model;
        this.id = id;
        this.maxTokens = maxTokens;
        this.dimension = dimension;
    }

    @Override
    public float[][] embed(List<String> texts) throws InterruptedException {
        if (texts.isEmpty()) {
            return new float[0][];
        }
        List<Embedding> embeddings = ask(texts);
        if (embeddings.size() != texts.size()) {
            throw new EmbeddingFailedException(
                    id.name() + " answered " + texts.size() + " texts with " + embeddings.size() + " vectors", null);
        }
        float[][] vectors = new float[texts.size()][];
        for (int at = 0; at < vectors.length; at++) {
            vectors[at] = unit(embeddings.get(at).vector());
        }
        return vectors;
    }

    private List<Embedding> ask(List<String> texts) throws InterruptedException {
        try {
            return model.embedAll(texts.stream().map(TextSegment::from).toList())
                    .content();
        } catch (RuntimeException failed) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while " + id.name() + " was asked");
            }
            throw new EmbeddingFailedException(id.name() + " failed: " + failed.getMessage(), failed);
        }
    }

    private float[] unit(float[] vector) {
        if (vector.length != dimension) {
            throw new EmbeddingFailedException(
                    id.name() + " gave " + vector.length + " numbers where " + dimension + " were expected", null);
        }
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        if (!Double.isFinite(squares) || squares < 1e-24) {
            throw new EmbeddingFailedException(id.name() + " gave a vector that is not finite or has no length", null);
        }
        double scale = 1 / Math.sqrt(squares);
        float[] unit = new float[vector.length];
        for (int at = 0; at < unit.length; at++) {
            unit[at] = (float) (vector[at] * scale);
        }
        return unit;
    }

    @Override
    public ModelId id() {
        return id;
    }

    @Override
    public int maxTokens() {
        return maxTokens;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    /// The model belongs to whoever gave it.
    @Override
    public void close() {}
}
