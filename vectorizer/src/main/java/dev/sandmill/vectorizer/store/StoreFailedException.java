package dev.sandmill.vectorizer.store;

import org.jspecify.annotations.Nullable;

/// A store cannot do its work: it is damaged, held by another process, or its disk fails.
public final class StoreFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
