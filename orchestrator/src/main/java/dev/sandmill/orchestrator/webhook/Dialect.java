package dev.sandmill.orchestrator.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How one provider signs, numbers and words its deliveries.
interface Dialect {
    /// Over the raw bytes, before anything is parsed.
    boolean isSigned(Delivery delivery, String secret, Instant now);

    /// The delivery's own id, the same when it is sent again.
    Optional<String> deliveryId(Delivery delivery);

    /// What a signed delivery says: every push that it tells of, in its order.
    List<Notice> notices(Delivery delivery);
}
