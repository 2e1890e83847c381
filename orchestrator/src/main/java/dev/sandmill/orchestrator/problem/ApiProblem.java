package dev.sandmill.orchestrator.problem;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A request that cannot be served, as RFC 9457 tells it. The detail says what was wrong, with what value, and what
/// to do.
public final class ApiProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final boolean retryable;
    private final transient @Nullable String field;
    private final transient @Nullable Duration retryAfter;

    private ApiProblem(
            int status,
            String code,
            String detail,
            boolean retryable,
            @Nullable String field,
            @Nullable Duration retryAfter) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
        this.retryable = retryable;
        this.field = field;
        this.retryAfter = retryAfter;
    }

    /// 400: a field of the request, named as its sender wrote it (`limits.wallMillis`, `files[0].path`).
    public static ApiProblem badField(String field, String detail) {
        return new ApiProblem(400, "invalid_request", detail, false, field, null);
    }

    public static ApiProblem badRequest(String detail) {
        return new ApiProblem(400, "invalid_request", detail, false, null, null);
    }

    public static ApiProblem unauthorized(String detail) {
        return new ApiProblem(401, "unauthorized", detail, false, null, null);
    }

    public static ApiProblem forbidden(String detail) {
        return new ApiProblem(403, "forbidden", detail, false, null, null);
    }

    public static ApiProblem notFound(String detail) {
        return new ApiProblem(404, "not_found", detail, false, null, null);
    }

    public static ApiProblem conflict(String code, String detail) {
        return new ApiProblem(409, code, detail, false, null, null);
    }

    /// 410: what was there, and is not any more.
    public static ApiProblem gone(String code, String detail) {
        return new ApiProblem(410, code, detail, false, null, null);
    }

    public static ApiProblem tooLarge(String detail) {
        return new ApiProblem(413, "too_large", detail, false, null, null);
    }

    public static ApiProblem unsupportedMediaType(String detail) {
        return new ApiProblem(415, "unsupported_media_type", detail, false, null, null);
    }

    public static ApiProblem methodNotAllowed(String detail) {
        return new ApiProblem(405, "method_not_allowed", detail, false, null, null);
    }

    /// 500: a defect of ours; the log has the rest under the request's id.
    public static ApiProblem internal(String detail) {
        return new ApiProblem(500, "internal", detail, false, null, null);
    }

    public static ApiProblem unprocessable(String detail) {
        return new ApiProblem(422, "unprocessable", detail, false, null, null);
    }

    public static ApiProblem busy(String code, String detail, Duration retryAfter) {
        return new ApiProblem(429, code, detail, true, null, retryAfter);
    }

    public static ApiProblem unavailable(String detail, Duration retryAfter) {
        return new ApiProblem(503, "unavailable", detail, true, null, retryAfter);
    }

    /// A problem as another process of the service told it.
    public static ApiProblem told(
            int status,
            String code,
            String detail,
            boolean retryable,
            @Nullable String field,
            @Nullable Duration retryAfter) {
        return new ApiProblem(status, code, detail, retryable, field, retryAfter);
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

    public @Nullable String field() {
        return field;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
