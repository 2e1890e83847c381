package dev.sandmill.backplane;

/// Whether Redis takes a write right now.
///
/// @param durability what an accepted job survives: `memory`, `everysec` or `fsync`; `unknown` while unreachable
public record BackplaneHealth(boolean available, String detail, String version, String durability) {}
