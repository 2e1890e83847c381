package dev.sandmill.orchestrator.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Standard Webhooks (<https://www.standardwebhooks.com>) with `{"ref","before","after"}`, for every other sender.
final class GenericDialect implements Dialect {
    @Override
    public boolean isSigned(Delivery delivery, String secret, Instant now) {
        return Signature.isStandard(
                secret,
                delivery.body(),
                delivery.header("webhook-id"),
                delivery.header("webhook-timestamp"),
                delivery.header("webhook-signature"),
                now);
    }

    @Override
    public Optional<String> deliveryId(Delivery delivery) {
        return delivery.header("webhook-id");
    }

    @Override
    public List<Notice> notices(Delivery delivery) {
        Payload payload = Payload.parse(delivery.body());
        return List.of(
                payload == null
                        ? new Notice.Malformed("the payload is not a JSON object")
                        : Payload.push(
                                payload.at("ref").text(), payload.at("after").text()));
    }
}
