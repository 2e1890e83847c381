package dev.sandmill.vectorizer.embed.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import dev.sandmill.vectorizer.embed.EmbeddingFailedException;
import dev.sandmill.vectorizer.embed.ModelId;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LangChainEmbedderTest {
    @Test
    void vectorsComeInOrderAndOfLengthOne() throws InterruptedException {
        float[][] vectors = answering(new float[] {3, 4}, new float[] {0, 2}).embed(List.of("a", "b"));

        assertThat(vectors[0]).containsExactly(0.6f, 0.8f);
        assertThat(vectors[1]).containsExactly(0, 1);
    }

    @Test
    void noTextsAskNothing() throws InterruptedException {
        assertThat(answering().embed(List.of())).isEmpty();
    }

    @Test
    void garbageIsRefused() {
        refused("2 texts with 1 vectors", answering(new float[] {1, 0}));
        refused("gave 3 numbers", answering(new float[] {1, 0, 0}, new float[] {1, 0, 0}));
        refused("not finite", answering(new float[] {1, 0}, new float[] {Float.NaN, 0}));
        refused("not finite", answering(new float[] {1, 0}, new float[] {Float.POSITIVE_INFINITY, 0}));
        refused("no length", answering(new float[] {1, 0}, new float[] {0, 0}));
    }

    @Test
    void aFailureNamesTheModel() {
        EmbeddingModel broken = new EmbeddingModel() {
            @Override
            public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
                throw new IllegalStateException("connection refused");
            }
        };

        refused(
                "remote failed: connection refused",
                new LangChainEmbedder(broken, new ModelId("remote", "r1"), 100, 2));
    }

    private static void refused(String message, LangChainEmbedder embedder) {
        assertThatThrownBy(() -> embedder.embed(List.of("a", "b")))
                .isInstanceOf(EmbeddingFailedException.class)
                .hasMessageContaining(message);
    }

    private static LangChainEmbedder answering(float[]... vectors) {
        EmbeddingModel model = new EmbeddingModel() {
            @Override
            public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
                return Response.from(Arrays.stream(vectors).map(Embedding::from).toList());
            }
        };
        return new LangChainEmbedder(model, new ModelId("remote", "r1"), 100, 2);
    }
}
