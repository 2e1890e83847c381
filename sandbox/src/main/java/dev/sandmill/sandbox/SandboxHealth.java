package dev.sandmill.sandbox;

/// Whether programs can run right now.
public record SandboxHealth(boolean available, String detail) {}
