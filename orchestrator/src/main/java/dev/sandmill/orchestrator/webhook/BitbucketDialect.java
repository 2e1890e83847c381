package dev.sandmill.orchestrator.webhook;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Bitbucket, Cloud and Data Center: one delivery may tell of several refs.
final class BitbucketDialect implements Dialect {
    private static final int MAX_CHANGES = 1_000;

    @Override
    public boolean isSigned(Delivery delivery, String secret, Instant now) {
        return Signature.isHex(secret, delivery.body(), delivery.header("X-Hub-Signature"), "sha256=");
    }

    @Override
    public Optional<String> deliveryId(Delivery delivery) {
        return delivery.header("X-Request-UUID").or(() -> delivery.header("X-Request-Id"));
    }

    @Override
    public List<Notice> notices(Delivery delivery) {
        String event = delivery.header("X-Event-Key").orElse("");
        return switch (event) {
            case "diagnostics:ping" -> List.of(new Notice.Ping());
            case "repo:push" -> changes(delivery, true);
            case "repo:refs_changed" -> changes(delivery, false);
            default -> List.of(new Notice.Ignored("the event is not a push"));
        };
    }

    private static List<Notice> changes(Delivery delivery, boolean cloud) {
        Payload payload = Payload.parse(delivery.body());
        List<Payload> changes = payload == null
                ? List.of()
                : (cloud ? payload.at("push", "changes") : payload.at("changes")).elements();
        if (changes.isEmpty() || changes.size() > MAX_CHANGES) {
            return List.of(new Notice.Malformed("the payload has no list of changes"));
        }
        List<Notice> notices = new ArrayList<>();
        for (Payload change : changes) {
            notices.add(cloud ? cloudChange(change) : dataCenterChange(change));
        }
        return notices;
    }

    private static Notice cloudChange(Payload change) {
        Payload now = change.at("new");
        Payload named = now.at("name").text().isEmpty() ? change.at("old") : now;
        if (!named.at("type").text().equals("branch")) {
            return new Notice.Ignored("the ref is not a branch");
        }
        return Payload.push(
                "refs/heads/" + named.at("name").text(),
                now.at("target", "hash").text());
    }

    private static Notice dataCenterChange(Payload change) {
        boolean gone = change.at("type").text().equals("DELETE");
        return Payload.push(
                change.at("ref", "id").text(), gone ? "" : change.at("toHash").text());
    }
}
