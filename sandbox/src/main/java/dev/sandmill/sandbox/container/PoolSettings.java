package dev.sandmill.sandbox.container;

import java.time.Duration;

/// The pool's bounds.
///
/// @param slots leases at a time
/// @param ready unused containers kept for each spec that asked for it
/// @param idleMax used containers kept for their tenants
/// @param usesMax runs in one container
/// @param patience how long a lease may wait for a slot and for a container
public record PoolSettings(int slots, int ready, int idleMax, int usesMax, Duration patience) {}
