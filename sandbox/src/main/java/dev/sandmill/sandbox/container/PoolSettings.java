package dev.sandmill.sandbox.container;

import java.time.Duration;

/// The pool's bounds.
///
/// @param slots leases at a time
/// @param ready unused containers kept for each spec that asked for it, before its rate asks for more
/// @param idleMax used containers kept for their tenants
/// @param usesMax runs in one container
/// @param creationsMax containers that are made at a time
/// @param patience how long a lease may wait for a slot, for memory and for a container, together
/// @param idleFor how long a used container waits for its tenant
public record PoolSettings(
        int slots, int ready, int idleMax, int usesMax, int creationsMax, Duration patience, Duration idleFor) {
    /// As many used containers wait for their tenants as programs can have run in, and as many as are kept unused.
    PoolSettings resized(int newSlots, int newReady) {
        return new PoolSettings(newSlots, newReady, newSlots + newReady, usesMax, creationsMax, patience, idleFor);
    }
}
