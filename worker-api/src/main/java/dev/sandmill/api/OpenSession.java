package dev.sandmill.api;

/// What a session is to be.
///
/// @param language a name or an alias that `GET /v1/languages` lists
/// @param limits of every call in it, none of them open
/// @param ttlMillis how long it may be idle before it ends
public record OpenSession(String language, Limits limits, long ttlMillis) {
    public static final long DEFAULT_TTL_MILLIS = 10 * 60_000;
    public static final long LEAST_TTL_MILLIS = 1_000;
    public static final long MOST_TTL_MILLIS = 24 * 60 * 60_000;
}
