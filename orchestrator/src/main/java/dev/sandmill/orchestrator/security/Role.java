package dev.sandmill.orchestrator.security;

/// What a key may do, from least to most.
public enum Role {
    READER,
    AGENT,
    OPERATOR,
    ADMIN
}
