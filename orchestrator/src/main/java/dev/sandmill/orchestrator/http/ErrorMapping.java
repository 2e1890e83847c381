package dev.sandmill.orchestrator.http;

import dev.sandmill.api.json.InvalidJson;
import dev.sandmill.backplane.queue.QueueUnavailable;
import dev.sandmill.backplane.redis.RedisUnavailable;
import dev.sandmill.orchestrator.problem.ApiProblem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/// The one place that turns what went wrong into an RFC 9457 answer. Nobody outside sees a stack trace.
@RestControllerAdvice
public final class ErrorMapping {
    private static final Logger log = LoggerFactory.getLogger(ErrorMapping.class);

    @ExceptionHandler
    @Nullable
    ResponseEntity<ProblemDetail> map(Exception exception, HttpServletRequest request) {
        if (exception instanceof IOException && isClientGone(exception)) {
            return null;
        }
        ResponseEntity<ProblemDetail> answer = answer(problemOf(exception, request));
        if (exception instanceof HttpRequestMethodNotSupportedException method) {
            HttpHeaders headers = new HttpHeaders(answer.getHeaders());
            headers.setAllow(Objects.requireNonNullElse(method.getSupportedHttpMethods(), Set.of()));
            return new ResponseEntity<>(answer.getBody(), headers, answer.getStatusCode());
        }
        return answer;
    }

    private static ApiProblem problemOf(Exception exception, HttpServletRequest request) {
        return switch (exception) {
            case RuntimeException refused when isRefusal(refused) -> refusal(refused);
            case NoResourceFoundException unknown ->
                ApiProblem.notFound("there is nothing at " + request.getMethod() + " " + request.getRequestURI());
            case NoHandlerFoundException unknown ->
                ApiProblem.notFound("there is nothing at " + request.getMethod() + " " + request.getRequestURI());
            case HttpRequestMethodNotSupportedException method ->
                ApiProblem.methodNotAllowed(request.getMethod() + " is not for this path; it takes "
                        + Arrays.toString(method.getSupportedMethods()));
            case MissingServletRequestParameterException missing ->
                ApiProblem.badField(missing.getParameterName(), "the parameter is missing");
            case MethodArgumentTypeMismatchException mismatch ->
                ApiProblem.badField(mismatch.getName(), "the value does not fit the parameter");
            case HttpMessageNotReadableException unreadable -> unreadable(unreadable);
            case InvalidParameterException parameter ->
                ApiProblem.badRequest("a query parameter can not be read; parameters are UTF-8, percent-encoded");
            case ErrorResponse response
            when response.getStatusCode().is4xxClientError() -> new Foreign(response).problem();
            default -> {
                log.error("{} {} failed", request.getMethod(), request.getRequestURI(), exception);
                yield ApiProblem.internal("this is a defect of ours; the log has the rest under this request's id");
            }
        };
    }

    private static boolean isRefusal(RuntimeException exception) {
        return exception instanceof ApiProblem
                || exception instanceof InvalidJson
                || exception instanceof QueueUnavailable
                || exception instanceof RedisUnavailable;
    }

    /// What a room of ours refused, as a problem; anything else is a bug and passes on.
    static ApiProblem refusal(RuntimeException exception) {
        return switch (exception) {
            case ApiProblem problem -> problem;
            case InvalidJson invalid -> invalidJson(invalid);
            case QueueUnavailable away -> redisAway();
            case RedisUnavailable away -> redisAway();
            default -> throw exception;
        };
    }

    private static ApiProblem redisAway() {
        return ApiProblem.unavailable("Redis does not answer right now; try again", Duration.ofSeconds(1));
    }

    private static ApiProblem invalidJson(InvalidJson invalid) {
        String field = invalid.field();
        String detail = String.valueOf(invalid.getMessage());
        return field == null || field.isEmpty() ? ApiProblem.badRequest(detail) : ApiProblem.badField(field, detail);
    }

    private static ApiProblem unreadable(HttpMessageNotReadableException exception) {
        for (Throwable cause = exception.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ApiProblem problem) {
                return problem;
            }
        }
        return ApiProblem.badRequest("the request has no readable body; this call needs one, as JSON");
    }

    private static boolean isClientGone(Exception exception) {
        return exception.getClass().getSimpleName().equals("ClientAbortException")
                || String.valueOf(exception.getMessage()).contains("Broken pipe");
    }

    static ResponseEntity<ProblemDetail> answer(ApiProblem problem) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(
                Objects.requireNonNull(HttpStatus.resolve(problem.status())), String.valueOf(problem.getMessage()));
        body.setType(URI.create("urn:sandmill:problem:" + problem.code()));
        body.setProperty("code", problem.code());
        body.setProperty("retryable", problem.retryable());
        if (problem.field() != null) {
            body.setProperty("field", problem.field());
        }
        HttpHeaders headers = new HttpHeaders();
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        Duration retryAfter = problem.retryAfter();
        if (retryAfter != null) {
            long seconds = Math.max(1, (retryAfter.toMillis() + 999) / 1000);
            headers.set(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
        }
        return new ResponseEntity<>(body, headers, problem.status());
    }

    /// A refusal that Spring worded.
    private record Foreign(ErrorResponse response) {
        ApiProblem problem() {
            String detail = String.valueOf(response.getBody().getDetail());
            return switch (response.getStatusCode().value()) {
                case 404 -> ApiProblem.notFound(detail);
                case 405 -> ApiProblem.methodNotAllowed(detail);
                case 413 -> ApiProblem.tooLarge(detail);
                case 415 -> ApiProblem.unsupportedMediaType(detail);
                default -> ApiProblem.badRequest(detail.toLowerCase(Locale.ROOT));
            };
        }
    }
}
