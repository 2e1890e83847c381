package dev.sandmill.orchestrator.security;

import dev.sandmill.api.PolicyLevel;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A key as it is stored: everything but the secret.
record KeyRecord(
        String id,
        String name,
        String tenant,
        Set<Role> roles,
        Set<PolicyLevel> policies,
        String secretDigest,
        Instant createdAt,
        @Nullable KeyRates rates) {

    Caller caller() {
        return new Caller(id, tenant, roles, policies, rates);
    }
}
