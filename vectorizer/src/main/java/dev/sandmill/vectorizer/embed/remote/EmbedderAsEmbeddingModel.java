package dev.sandmill.vectorizer.embed.remote;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import dev.sandmill.vectorizer.embed.Embedder;
import dev.sandmill.vectorizer.embed.EmbeddingFailedException;
import java.util.Arrays;
import java.util.List;

/// An [Embedder] as a LangChain4j [EmbeddingModel].
public final class EmbedderAsEmbeddingModel implements EmbeddingModel {
    private final Embedder embedder;

    public EmbedderAsEmbeddingModel(Embedder embedder) {
        this.embedder = embedder;
    }

    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
        try {
            float[][] vectors =
                    embedder.embed(segments.stream().map(TextSegment::text).toList());
            return Response.from(Arrays.stream(vectors).map(Embedding::from).toList());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new EmbeddingFailedException("interrupted while embedding", interrupted);
        }
    }

    @Override
    public int dimension() {
        return embedder.dimension();
    }

    @Override
    public String modelName() {
        return embedder.id().name();
    }
}
