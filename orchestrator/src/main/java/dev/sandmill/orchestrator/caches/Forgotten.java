package dev.sandmill.orchestrator.caches;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The data of a `cleared` or `invalidated` event: what was meant, and how many entries there were.
record Forgotten(
        @Nullable String namespace,
        @Nullable List<String> keys,
        @Nullable String prefix,
        @Nullable List<String> tags,
        @Nullable Long olderThanMillis,
        long invalidated) {}
