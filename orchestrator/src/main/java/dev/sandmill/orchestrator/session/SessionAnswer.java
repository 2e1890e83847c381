package dev.sandmill.orchestrator.session;

import org.jspecify.annotations.Nullable;

/// What becomes of a call that succeeded.
///
/// @param location of what was made
/// @param contentType null where there is no body
record SessionAnswer(
        int status, @Nullable String location, @Nullable String contentType, byte[] body) {
    static final SessionAnswer NO_CONTENT = new SessionAnswer(204, null, null, new byte[0]);
}
