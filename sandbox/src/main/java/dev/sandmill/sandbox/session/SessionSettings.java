package dev.sandmill.sandbox.session;

import java.time.Duration;

/// The bounds of all sessions of a process.
///
/// @param owner is part of every session's id, so that other processes can say where it lives
/// @param most sessions at a time, of all tenants
/// @param mostOfTenant sessions of one tenant at a time
/// @param slots calls that run at a time
/// @param patience how long a call may wait for a slot
public record SessionSettings(String owner, int most, int mostOfTenant, int slots, Duration patience) {
    public static final int DEFAULT_MOST = 100;

    public SessionSettings {
        if (most < 1 || mostOfTenant < 1 || slots < 1) {
            throw new IllegalArgumentException("every bound has to be positive");
        }
    }

    /// With places for others when one tenant has all that it may have.
    public static SessionSettings of(String owner, int mostOfTenant, int slots) {
        return new SessionSettings(
                owner, mostOfTenant + Math.max(1, mostOfTenant / 4), mostOfTenant, slots, Duration.ofSeconds(30));
    }
}
