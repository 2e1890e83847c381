package dev.sandmill.orchestrator.webhook;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What arrived: raw bytes, and headers by name.
record Delivery(byte[] body, Function<String, @Nullable String> headers) {
    Optional<String> header(String name) {
        return Optional.ofNullable(headers.apply(name));
    }
}
