package dev.sandmill.orchestrator.webhook;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// GitHub, as <https://docs.github.com/webhooks> has it: both content types that it offers.
final class GitHubDialect implements Dialect {
    private static final String FORM_FIELD = "payload=";

    @Override
    public boolean isSigned(Delivery delivery, String secret, Instant now) {
        return Signature.isHex(secret, delivery.body(), delivery.header("X-Hub-Signature-256"), "sha256=");
    }

    @Override
    public Optional<String> deliveryId(Delivery delivery) {
        return delivery.header("X-GitHub-Delivery");
    }

    @Override
    public List<Notice> notices(Delivery delivery) {
        return List.of(notice(delivery));
    }

    private static Notice notice(Delivery delivery) {
        String event = delivery.header("X-GitHub-Event").orElse("");
        return switch (event) {
            case "ping" -> new Notice.Ping();
            case "push" -> push(json(delivery));
            case "" -> new Notice.Malformed("the header X-GitHub-Event is missing");
            default -> new Notice.Ignored("the event is not a push");
        };
    }

    private static Notice push(@Nullable Payload payload) {
        return payload == null
                ? new Notice.Malformed("the payload is not a JSON object")
                : Payload.push(payload.at("ref").text(), payload.at("after").text());
    }

    private static @Nullable Payload json(Delivery delivery) {
        String type = delivery.header("Content-Type").orElse("");
        if (!type.startsWith("application/x-www-form-urlencoded")) {
            return Payload.parse(delivery.body());
        }
        String form = new String(delivery.body(), StandardCharsets.UTF_8);
        if (!form.startsWith(FORM_FIELD)) {
            return null;
        }
        try {
            String json = URLDecoder.decode(form.substring(FORM_FIELD.length()), StandardCharsets.UTF_8);
            return Payload.parse(json.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException badEscape) {
            return null;
        }
    }
}
