package dev.sandmill.api.json;

import org.jspecify.annotations.Nullable;

/// A text that is not the JSON it has to be. The message is fit for its sender.
public final class InvalidJson extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String field;

    public InvalidJson(@Nullable String field, String message) {
        super(message, null, false, false);
        this.field = field;
    }

    /// The field as its sender wrote it, as in `execute.limits.wallMillis` or `files[0].path`; null where the text as a
    /// whole is wrong.
    public @Nullable String field() {
        return field;
    }
}
