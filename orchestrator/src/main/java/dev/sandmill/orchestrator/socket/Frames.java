package dev.sandmill.orchestrator.socket;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.events.StoredEvent;
import dev.sandmill.orchestrator.problem.ApiProblem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// The service's frames as text. Each has `seq`, `topic`, `type`, `at` and `data`.
final class Frames {
    /// Topics are echoed, also those that do not exist.
    private static final int LONGEST_TOPIC = 200;

    private final StrictJson json;
    private final InstantSource clock;

    Frames(StrictJson json, InstantSource clock) {
        this.json = json;
        this.clock = clock;
    }

    record Refusal(
            int status,
            String code,
            String detail,
            boolean retryable,
            @Nullable String field,
            @Nullable Long retryAfterMillis) {}

    record Gap(long after, long next) {}

    String event(String topic, StoredEvent event) {
        return frame(event.sequence(), topic, event.type(), event.at(), event.dataJson());
    }

    /// @param sequence after which events will come
    String subscribed(String topic, long sequence) {
        return frame(sequence, topic, "subscribed", now(), "{}");
    }

    String unsubscribed(String topic) {
        return frame(0, topic, "unsubscribed", now(), "{}");
    }

    String welcome() {
        return frame(0, "", "welcome", now(), "{}");
    }

    /// Events between these two numbers are not kept any more.
    String gap(String topic, long after, long next) {
        return frame(next - 1, topic, "gap", now(), json.write(new Gap(after, next)));
    }

    String error(String topic, ApiProblem problem) {
        Duration later = problem.retryAfter();
        return frame(
                0,
                topic,
                "error",
                now(),
                json.write(new Refusal(
                        problem.status(),
                        problem.code(),
                        String.valueOf(problem.getMessage()),
                        problem.retryable(),
                        problem.field(),
                        later == null ? null : later.toMillis())));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private String frame(long sequence, String topic, String type, Instant at, String dataJson) {
        String shown = topic.length() > LONGEST_TOPIC ? topic.substring(0, LONGEST_TOPIC) + "…" : topic;
        return "{\"seq\":" + sequence + ",\"topic\":" + json.write(shown) + ",\"type\":" + json.write(type)
                + ",\"at\":\"" + at + "\",\"data\":" + dataJson + "}";
    }
}
