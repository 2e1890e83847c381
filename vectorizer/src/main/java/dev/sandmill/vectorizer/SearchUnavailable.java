package dev.sandmill.vectorizer;

/// A search that cannot be answered now, and may be later; the message says why.
public final class SearchUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SearchUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    SearchUnavailable(String message) {
        super(message);
    }
}
