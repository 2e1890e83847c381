package dev.sandmill.orchestrator.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// GitLab: the secret itself in a header; newer servers number deliveries with `Idempotency-Key`.
final class GitLabDialect implements Dialect {
    @Override
    public boolean isSigned(Delivery delivery, String secret, Instant now) {
        return Signature.isToken(secret, delivery.header("X-Gitlab-Token"));
    }

    @Override
    public Optional<String> deliveryId(Delivery delivery) {
        return delivery.header("Idempotency-Key").or(() -> delivery.header("X-Gitlab-Event-UUID"));
    }

    @Override
    public List<Notice> notices(Delivery delivery) {
        String event = delivery.header("X-Gitlab-Event").orElse("");
        if (!event.equals("Push Hook")) {
            return List.of(new Notice.Ignored("the event is not a push to a branch"));
        }
        Payload payload = Payload.parse(delivery.body());
        return List.of(
                payload == null
                        ? new Notice.Malformed("the payload is not a JSON object")
                        : Payload.push(
                                payload.at("ref").text(), payload.at("after").text()));
    }
}
