package dev.sandmill.orchestrator.peer;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.orchestrator.problem.ApiProblem;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Questions and answers as bytes between processes: four bytes of length, a head of that length in JSON, the body.
final class PeerMessages {
    private final StrictJson json = new StrictJson();

    /// Either a status, or a problem.
    record AnswerHead(
            int status,
            @Nullable String location,
            @Nullable String contentType,
            @Nullable ProblemHead problem) {}

    record ProblemHead(
            String code,
            String detail,
            boolean retryable,
            @Nullable String field,
            @Nullable Long retryAfterMillis) {}

    byte[] question(Record head, byte[] body) {
        return framed(head, body);
    }

    <H extends Record> H head(byte[] question, Class<H> type) {
        return json.read(head(question), type);
    }

    byte[] answer(PeerAnswer answer) {
        return framed(new AnswerHead(answer.status(), answer.location(), answer.contentType(), null), answer.body());
    }

    byte[] problem(ApiProblem problem) {
        Duration retryAfter = problem.retryAfter();
        ProblemHead told = new ProblemHead(
                problem.code(),
                Objects.toString(problem.getMessage(), ""),
                problem.retryable(),
                problem.field(),
                retryAfter == null ? null : retryAfter.toMillis());
        return framed(new AnswerHead(problem.status(), null, null, told), new byte[0]);
    }

    /// @throws ApiProblem where that is the answer
    PeerAnswer answer(byte[] bytes) {
        AnswerHead head = json.read(head(bytes), AnswerHead.class);
        ProblemHead problem = head.problem();
        if (problem != null) {
            Long retryAfter = problem.retryAfterMillis();
            throw ApiProblem.told(
                    head.status(),
                    problem.code(),
                    problem.detail(),
                    problem.retryable(),
                    problem.field(),
                    retryAfter == null ? null : Duration.ofMillis(retryAfter));
        }
        return new PeerAnswer(head.status(), head.location(), head.contentType(), body(bytes));
    }

    private byte[] framed(Record head, byte[] body) {
        byte[] text = json.write(head).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Integer.BYTES + text.length + body.length)
                .putInt(text.length)
                .put(text)
                .put(body)
                .array();
    }

    private static byte[] head(byte[] bytes) {
        return Arrays.copyOfRange(bytes, Integer.BYTES, Integer.BYTES + headLength(bytes));
    }

    byte[] body(byte[] bytes) {
        return Arrays.copyOfRange(bytes, Integer.BYTES + headLength(bytes), bytes.length);
    }

    private static int headLength(byte[] bytes) {
        int length = bytes.length < Integer.BYTES ? -1 : ByteBuffer.wrap(bytes).getInt();
        if (length < 0 || length > bytes.length - Integer.BYTES) {
            throw new IllegalArgumentException(
                    "a message of " + bytes.length + " bytes says that its head has " + length);
        }
        return length;
    }
}
