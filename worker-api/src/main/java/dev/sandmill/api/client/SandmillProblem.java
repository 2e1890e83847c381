package dev.sandmill.api.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A request that the server refused, as RFC 9457 tells it.
public final class SandmillProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final boolean retryable;
    private final transient @Nullable String field;
    private final transient @Nullable Duration retryAfter;

    SandmillProblem(
            int status,
            String code,
            String detail,
            boolean retryable,
            @Nullable String field,
            @Nullable Duration retryAfter) {
        super(detail);
        this.status = status;
        this.code = code;
        this.retryable = retryable;
        this.field = field;
        this.retryAfter = retryAfter;
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public boolean retryable() {
        return retryable;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    public @Nullable String field() {
        return field;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
