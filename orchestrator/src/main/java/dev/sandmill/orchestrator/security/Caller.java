package dev.sandmill.orchestrator.security;

import dev.sandmill.api.PolicyLevel;
import dev.sandmill.backplane.queue.JobQueue;
import dev.sandmill.orchestrator.problem.ApiProblem;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whoever sent a request, as its key says. Routes take it as a parameter.
public record Caller(
        String keyId,
        String tenant,
        Set<Role> roles,
        Set<PolicyLevel> policies,
        @Nullable KeyRates rates) {
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

    /// Passes callers that may do something, be it to their tenant or to the whole.
    public void requireAny() {
        require(Role.AGENT, Role.OPERATOR, Role.ADMIN);
    }

    /// Whether the whole instance is this caller's business, not only its tenant.
    public boolean isOperator() {
        return roles.contains(Role.OPERATOR) || roles.contains(Role.ADMIN);
    }

    /// Whose jobs this caller sees: its tenant's, or everyone's.
    public String jobsOf() {
        return isOperator() ? JobQueue.EVERY_TENANT : tenant;
    }

    public void requireOperator() {
        require(Role.OPERATOR, Role.ADMIN);
    }

    public void requireAdmin() {
        require(Role.ADMIN);
    }

    /// Passes callers whose key may ask for this validation policy.
    public void requirePolicy(PolicyLevel policy) {
        if (!policies.contains(policy)) {
            throw ApiProblem.forbidden(
                    "this key may not ask for policy '" + name(policy) + "'; it may ask for " + names(policies));
        }
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static List<String> names(Collection<? extends Enum<?>> constants) {
        return constants.stream().map(Caller::name).sorted().toList();
    }

    private void require(Role... anyOf) {
        for (Role role : anyOf) {
            if (roles.contains(role)) {
                return;
            }
        }
        throw ApiProblem.forbidden(
                "this key has the roles " + names(roles) + "; the call needs one of " + names(Set.of(anyOf)));
    }
}
