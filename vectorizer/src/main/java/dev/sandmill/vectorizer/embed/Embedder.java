package dev.sandmill.vectorizer.embed;

import dev.sandmill.api.BreakerState;
import java.util.List;
import java.util.Optional;

/// A model that turns texts into unit vectors. Thread-safe.
public interface Embedder extends AutoCloseable {
    /// One vector of [#dimension()] numbers and length 1 for each text, in order. Text beyond [#maxTokens()] has no
    /// influence. An interrupt ends the wait; what other callers asked for goes on.
    ///
    /// @throws EmbeddingFailedException where the model could not answer or its answer makes no sense
    float[][] embed(List<String> texts) throws InterruptedException;

    /// The same for somebody who waits: before what others asked for and does not run yet, where there is a line.
    default float[][] embedAhead(List<String> texts) throws InterruptedException {
        return embed(texts);
    }

    /// Changes how many texts or calls run at a time, where that is bounded here; those that run go on.
    default void resize(int parallelism) {}

    /// What was done since the start, where it is counted.
    default WorkDone work() {
        return WorkDone.NONE;
    }

    /// The breaker in front of it, where it is elsewhere.
    default Optional<BreakerState> breaker() {
        return Optional.empty();
    }

    ModelId id();

    /// Tokens of a text that count, the model's own marks included.
    int maxTokens();

    int dimension();

    @Override
    void close();
}
