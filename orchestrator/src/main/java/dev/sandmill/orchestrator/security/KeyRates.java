package dev.sandmill.orchestrator.security;

import org.jspecify.annotations.Nullable;

/// How much may be asked with a key, over all processes. What is left out has no limit.
///
/// @param burst requests that may come at once; as many as in a second where it is left out
public record KeyRates(
        @Nullable Integer requestsPerSecond,
        @Nullable Integer burst,
        @Nullable Integer jobsPerMinute) {
    static final int MOST = 100_000;
}
