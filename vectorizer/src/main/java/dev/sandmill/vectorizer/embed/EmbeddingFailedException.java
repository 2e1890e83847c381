package dev.sandmill.vectorizer.embed;

import org.jspecify.annotations.Nullable;

/// No vectors came of a call: the model is away, or what it answered cannot be used.
public final class EmbeddingFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EmbeddingFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
