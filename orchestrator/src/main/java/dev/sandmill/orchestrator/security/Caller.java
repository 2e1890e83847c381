package dev.sandmill.orchestrator.security;

import dev.sandmill.api.PolicyLevel;
import dev.sandmill.orchestrator.problem.ApiProblem;
import java.util.Set;

/// Whoever sent a request, as its key says. Routes take it as a parameter.
public record Caller(String keyId, String tenant, Set<Role> roles, Set<PolicyLevel> policies) {
    public Caller {
        roles = Set.copyOf(roles);
        policies = Set.copyOf(policies);
    }

    /// Passes callers that may submit work and change what their tenant owns.
    public void requireAgent() {
        require(Role.AGENT, Role.ADMIN);
    }

    /// Passes everyone with a key.
    public void requireReader() {
        require(Role.READER, Role.AGENT, Role.OPERATOR, Role.ADMIN);
    }

    public void requireOperator() {
        require(Role.OPERATOR, Role.ADMIN);
    }

    public void requireAdmin() {
        require(Role.ADMIN);
    }

    private void require(Role... anyOf) {
        for (Role role : anyOf) {
            if (roles.contains(role)) {
                return;
            }
        }
        throw ApiProblem.forbidden("this key has the roles " + roles + "; the call needs one of " + Set.of(anyOf));
    }
}
