package dev.sandmill.orchestrator.webhook;

import java.time.Instant;

/// A registered webhook. Its secret is kept as it is, because signatures are checked with it; it is never shown.
public record Hook(String tenant, String name, Provider provider, String secret, String repository, Instant createdAt) {
    @Override
    public String toString() {
        return "Hook[" + tenant + ", " + name + ", " + provider + ", " + repository + "]";
    }
}
