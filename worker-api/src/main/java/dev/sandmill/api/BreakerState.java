package dev.sandmill.api;

/// A circuit breaker as it stands: what is behind it is asked while it is `closed`, left alone while it is `open`, and
/// tried with a few calls while it is `half_open`.
///
/// @param state `closed`, `open` or `half_open`
/// @param refused calls since the start that were not made because it was open
public record BreakerState(String name, String state, long refused) {
    public boolean isClosed() {
        return state.equals("closed");
    }
}
