package dev.sandmill.vectorizer.embed;

import org.jspecify.annotations.Nullable;

/// No vectors came of a call: the model is away, or what it answered cannot be used.
public final class EmbeddingFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean modelAway;

    public EmbeddingFailedException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    /// @param modelAway whether no text would fare better just now, so that it is no use to try them one by one
    public EmbeddingFailedException(String message, @Nullable Throwable cause, boolean modelAway) {
        super(message, cause);
        this.modelAway = modelAway;
    }

    /// False where one of the texts may be at fault.
    public boolean modelAway() {
        return modelAway;
    }
}
