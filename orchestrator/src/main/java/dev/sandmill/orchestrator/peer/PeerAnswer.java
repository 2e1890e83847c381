package dev.sandmill.orchestrator.peer;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What becomes of a call that succeeded, in the words of HTTP.
///
/// @param location of what was made
/// @param contentType null where there is no body
public record PeerAnswer(
        int status, @Nullable String location, @Nullable String contentType, byte[] body) {
    public static final PeerAnswer NO_CONTENT = new PeerAnswer(204, null, null, new byte[0]);

    public static PeerAnswer json(String text) {
        return new PeerAnswer(200, null, "application/json", text.getBytes(StandardCharsets.UTF_8));
    }

    public static PeerAnswer created(String location, String text) {
        return new PeerAnswer(201, location, "application/json", text.getBytes(StandardCharsets.UTF_8));
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
