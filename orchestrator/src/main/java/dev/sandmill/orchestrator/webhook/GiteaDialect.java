package dev.sandmill.orchestrator.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Gitea and Forgejo: hex without a prefix, and headers of their own.
final class GiteaDialect implements Dialect {
    @Override
    public boolean isSigned(Delivery delivery, String secret, Instant now) {
        return Signature.isHex(secret, delivery.body(), header(delivery, "Signature"), "");
    }

    @Override
    public Optional<String> deliveryId(Delivery delivery) {
        return header(delivery, "Delivery");
    }

    @Override
    public List<Notice> notices(Delivery delivery) {
        String event = header(delivery, "Event").orElse("");
        if (!event.equals("push")) {
            return List.of(new Notice.Ignored("the event is not a push"));
        }
        Payload payload = Payload.parse(delivery.body());
        return List.of(
                payload == null
                        ? new Notice.Malformed("the payload is not a JSON object")
                        : Payload.push(
                                payload.at("ref").text(), payload.at("after").text()));
    }

    private static Optional<String> header(Delivery delivery, String name) {
        return delivery.header("X-Gitea-" + name).or(() -> delivery.header("X-Forgejo-" + name));
    }
}
