package dev.sandmill.orchestrator.socket;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client says.
///
/// @param key of a client that could not send it as a header; in its first frame only
/// @param after the number of the last event that was seen, for each topic in `subscribe`
record ClientFrame(
        @Nullable String key,
        @Nullable List<String> subscribe,
        @Nullable List<String> unsubscribe,
        @Nullable Long after) {}
