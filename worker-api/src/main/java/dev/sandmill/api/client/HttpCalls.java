package dev.sandmill.api.client;

import dev.sandmill.api.json.AnswerJson;
import dev.sandmill.api.json.InvalidJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Requests to one server: its key, its time limits, its refusals, and how often they are tried again.
final class HttpCalls implements AutoCloseable {
    private static final int ATTEMPTS = 5;
    private static final int UNAVAILABLE = 503;
    private static final Duration MOST_WAITING = Duration.ofSeconds(60);
    private static final int MAX_ANSWER_BYTES = 256 << 20;
    private static final int MAX_PROBLEM_BYTES = 64 << 10;

    private final HttpClient http;
    private final AnswerJson answers = new AnswerJson();
    private final String base;
    private final String key;
    private final Duration timeout;
    private final Duration awayPatience;
    private final Consumer<SandmillProblem> again;

    /// @param awayPatience how long a call goes on in all while the server answers 503
    HttpCalls(
            URI base,
            String key,
            Duration timeout,
            Duration awayPatience,
            Consumer<SandmillProblem> again,
            @Nullable SSLContext tls) {
        HttpClient.Builder client = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(5))
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1);
        if (tls != null) {
            client.sslContext(tls);
        }
        this.http = client.build();
        String text = base.toString();
        this.base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        this.key = key;
        this.timeout = timeout;
        this.awayPatience = awayPatience;
        this.again = again;
    }

    String get(String path, Duration wait) throws InterruptedException {
        return answer(to(path, wait).GET().build());
    }

    String post(String path, String json, @Nullable String idempotencyKey, Duration wait) throws InterruptedException {
        HttpRequest.Builder request = to(path, wait)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
        if (idempotencyKey != null) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        return answer(request.build());
    }

    String patch(String path, String json) throws InterruptedException {
        return answer(to(path, Duration.ZERO)
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    void put(String path, byte[] content) throws InterruptedException {
        answer(to(path, Duration.ZERO)
                .header("Content-Type", "application/octet-stream")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(content))
                .build());
    }

    byte[] bytes(String path) throws InterruptedException {
        return answerBytes(to(path, Duration.ZERO).GET().build());
    }

    void delete(String path) throws InterruptedException {
        answer(to(path, Duration.ZERO).DELETE().build());
    }

    /// Opens a stream of events after a sequence number; the time limit is for its first byte.
    EventStream stream(String path, long afterSequence) throws IOException, InterruptedException {
        HttpRequest request = to(path, Duration.ZERO)
                .header("Accept", "text/event-stream")
                .header("Last-Event-ID", Long.toString(afterSequence))
                .GET()
                .build();
        HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            SandmillProblem refused = problem(response);
            if (refused.retryable()) {
                throw new IOException(refused.detail(), refused);
            }
            throw refused;
        }
        return new EventStream(response.body());
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder to(String path, Duration wait) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(timeout.plus(wait))
                .header("Authorization", "Bearer " + key);
    }

    private String answer(HttpRequest request) throws InterruptedException {
        return new String(answerBytes(request), StandardCharsets.UTF_8);
    }

    private byte[] answerBytes(HttpRequest request) throws InterruptedException {
        Duration waited = Duration.ZERO;
        long start = System.nanoTime();
        HttpRequest next = request;
        SandmillProblem latest = null;
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(next);
            } catch (SandmillUnreachable silent) {
                // Asked again within the little time that was left: that the server is away is known already.
                throw latest != null && next != request ? latest : silent;
            } catch (SandmillProblem refused) {
                latest = refused;
                Duration pause = refused.retryAfter();
                boolean worthIt = refused.retryable()
                        && pause != null
                        && attempt < ATTEMPTS
                        && waited.plus(pause).compareTo(MOST_WAITING) <= 0;
                if (!worthIt || pause == null) {
                    throw refused;
                }
                if (refused.status() == UNAVAILABLE) {
                    next = within(
                            request,
                            awayPatience.minusNanos(System.nanoTime() - start).minus(pause),
                            refused);
                }
                again.accept(refused);
                waited = waited.plus(pause);
                Thread.sleep(pause);
            }
        }
    }

    /// The same request with no more than this time for its answer, or the refusal where none is left.
    private HttpRequest within(HttpRequest request, Duration left, SandmillProblem refused) {
        if (!left.isPositive()) {
            throw refused;
        }
        return request.timeout().filter(usual -> usual.compareTo(left) <= 0).isPresent()
                ? request
                : HttpRequest.newBuilder(request, (name, value) -> true)
                        .timeout(left)
                        .build();
    }

    private byte[] attempt(HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() / 100 != 2) {
                throw problem(response);
            }
            return body(response, MAX_ANSWER_BYTES);
        } catch (IOException failed) {
            throw new SandmillUnreachable(
                    "no answer from " + base + " to " + request.method() + " "
                            + request.uri().getPath() + ": " + failed,
                    failed);
        }
    }

    private SandmillProblem problem(HttpResponse<InputStream> response) throws IOException {
        int status = response.statusCode();
        String body = new String(body(response, MAX_PROBLEM_BYTES), StandardCharsets.UTF_8);
        Duration retryAfter = response.headers()
                .firstValue("Retry-After")
                .map(HttpCalls::seconds)
                .orElse(null);
        try {
            AnswerJson.Problem problem = answers.readProblem(body);
            return new SandmillProblem(
                    status, problem.code(), problem.detail(), problem.retryable(), problem.field(), retryAfter);
        } catch (InvalidJson notAProblem) {
            boolean busy = status == 429 || status == 503;
            return new SandmillProblem(
                    status, "http_" + status, "the server answered " + status, busy, null, retryAfter);
        }
    }

    private static @Nullable Duration seconds(String header) {
        try {
            return Duration.ofSeconds(Math.max(0, Long.parseLong(header.trim())));
        } catch (NumberFormatException aDate) {
            return null;
        }
    }

    private static byte[] body(HttpResponse<InputStream> response, int atMost) throws IOException {
        try (InputStream body = response.body()) {
            byte[] bytes = body.readNBytes(atMost + 1);
            if (bytes.length > atMost) {
                throw new IOException("the answer is larger than " + atMost + " bytes");
            }
            return bytes;
        }
    }
}
