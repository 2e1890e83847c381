package dev.sandmill.vectorizer.embed.remote;

import dev.sandmill.api.text.Spelled;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.json.JsonMapper;

/// One `POST /embeddings`, and what came of it. Bounded in time and in bytes; redirects are not followed, since the key
/// would go with them. Thread-safe.
final class EmbeddingsCall implements AutoCloseable {
    private static final long MAX_ANSWER_BYTES = 256L << 20;
    private static final int MAX_REASON_CHARACTERS = 200;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RemoteModel model;
    private final HttpClient client;

    EmbeddingsCall(RemoteModel model) {
        this.model = model;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(model.timeout())
                .build();
    }

    /// What came of a call.
    sealed interface Result {
        record Vectors(float[][] vectors) implements Result {}

        /// The endpoint does not want these texts, or this key; to ask again would be the same.
        ///
        /// @param textsAtFault whether other texts may be taken
        record Refused(String reason, boolean textsAtFault) implements Result {}

        /// The endpoint has too much to do.
        ///
        /// @param quiet for how long it asked to be left alone; zero if it did not say
        record TooMuch(String reason, Duration quiet) implements Result {}

        /// The endpoint is away or answers nonsense.
        record Broken(String reason) implements Result {}
    }

    /// @param dimension 0 takes any
    Result ask(List<String> texts, int dimension) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        model.base().resolve(model.base().getRawPath().replaceAll("/+$", "") + "/embeddings"))
                .timeout(model.timeout())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(
                        Map.of("model", model.model(), "input", texts, "encoding_format", "base64"))));
        if (!model.key().isEmpty()) {
            request.header("Authorization", "Bearer " + model.key());
        }
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
        try {
            return read(answer.get(model.timeout().toMillis(), TimeUnit.MILLISECONDS), texts.size(), dimension);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof IOException) {
                return new Result.Broken("could not be reached: " + cause);
            }
            throw new IllegalStateException("a call of " + model + " broke", cause);
        } catch (TimeoutException late) {
            return new Result.Broken("did not answer within " + Spelled.time(model.timeout()));
        } finally {
            answer.cancel(true);
        }
    }

    private Result read(HttpResponse<byte[]> answer, int texts, int dimension) {
        int status = answer.statusCode();
        if (status == 200) {
            try {
                return new Result.Vectors(EmbeddingAnswer.read(answer.body(), texts, dimension));
            } catch (EmbeddingAnswer.Garbage garbage) {
                return new Result.Broken("answered with " + garbage.getMessage());
            }
        }
        String reason = "answered " + status + ": " + excerpt(answer.body());
        if (status == 429 || status == 503) {
            return new Result.TooMuch(reason, retryAfter(answer));
        }
        if (status >= 500 || status == 408) {
            return new Result.Broken(reason);
        }
        return new Result.Refused(reason, status == 400 || status == 413 || status == 422);
    }

    /// Seconds, or a date (RFC 9110); what cannot be read is as if it were not there.
    private static Duration retryAfter(HttpResponse<byte[]> answer) {
        String value = answer.headers().firstValue("Retry-After").orElse("").strip();
        if (value.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            Duration until = Duration.between(
                    ZonedDateTime.now(), ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME));
            return until.isNegative() ? Duration.ZERO : until;
        } catch (DateTimeException unreadable) {
            return Duration.ZERO;
        }
    }

    /// Endpoints repeat keys in their complaints; ours does not leave here.
    private String excerpt(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, 4 * MAX_REASON_CHARACTERS), StandardCharsets.UTF_8);
        if (!model.key().isEmpty()) {
            text = text.replace(model.key(), "[key]");
        }
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.substring(0, Math.min(line.length(), MAX_REASON_CHARACTERS));
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
