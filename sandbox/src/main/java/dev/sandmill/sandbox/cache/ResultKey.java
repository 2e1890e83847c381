package dev.sandmill.sandbox.cache;

/// SHA-256, in hex, of everything that decides a program's result, the tenant included.
public record ResultKey(String value) {}
