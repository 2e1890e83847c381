package dev.sandmill.orchestrator.security;

import dev.sandmill.api.PolicyLevel;
import java.time.Instant;
import java.util.Set;

/// A key as it is stored: everything but the secret.
record KeyRecord(
        String id,
        String name,
        String tenant,
        Set<Role> roles,
        Set<PolicyLevel> policies,
        String secretDigest,
        Instant createdAt) {

    Caller caller() {
        return new Caller(id, tenant, roles, policies);
    }
}
