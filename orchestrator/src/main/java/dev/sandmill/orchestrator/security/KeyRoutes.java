package dev.sandmill.orchestrator.security;

import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.orchestrator.problem.ApiProblem;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/keys`, for admins.
@RestController
public final class KeyRoutes {
    private final KeyRegistry keys;
    private final StrictJson json;

    public KeyRoutes(KeyRegistry keys, StrictJson json) {
        this.keys = keys;
        this.json = json;
    }

    @PostMapping("/v1/keys")
    ResponseEntity<NewKey> make(Caller caller, @RequestBody byte[] body) {
        caller.requireAdmin();
        KeyRequest request = json.read(body, KeyRequest.class);
        if (!request.name().matches("[\\w .:@-]{1,100}")) {
            throw ApiProblem.badField("name", "name has to be 1 to 100 letters, digits, spaces or . : @ _ -");
        }
        if (!request.tenant().matches("[A-Za-z0-9_.-]{1,64}")) {
            throw ApiProblem.badField("tenant", "tenant has to be 1 to 64 letters, digits, '_', '.' or '-'");
        }
        if (request.roles().isEmpty()) {
            throw ApiProblem.badField("roles", "roles is empty; give at least one of agent, reader, operator, admin");
        }
        KeyRates rates = request.rates();
        if (rates != null) {
            check("rates.requestsPerSecond", rates.requestsPerSecond());
            check("rates.burst", rates.burst());
            check("rates.jobsPerMinute", rates.jobsPerMinute());
            if (rates.burst() != null && rates.requestsPerSecond() == null) {
                throw ApiProblem.badField("rates.burst", "rates.burst needs rates.requestsPerSecond beside it");
            }
        }
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String role : request.roles()) {
            roles.add(named(Role.class, "roles", role));
        }
        Set<PolicyLevel> policies = EnumSet.of(PolicyLevel.STRICT, PolicyLevel.STANDARD);
        if (request.policies() != null) {
            policies = EnumSet.noneOf(PolicyLevel.class);
            for (String policy : request.policies()) {
                policies.add(named(PolicyLevel.class, "policies", policy));
            }
        }
        KeyRegistry.Made made = keys.make(request.name(), request.tenant(), roles, policies, rates);
        return ResponseEntity.status(HttpStatus.CREATED)
                .header("Cache-Control", "no-store")
                .body(new NewKey(made.key().id(), made.secret(), made.key().tenant(), names(roles)));
    }

    @GetMapping("/v1/keys")
    Keys list(Caller caller) {
        caller.requireAdmin();
        return new Keys(keys.list().stream()
                .map(key -> new ListedKey(
                        key.id(),
                        key.name(),
                        key.tenant(),
                        names(key.roles()),
                        names(key.policies()),
                        key.createdAt(),
                        key.rates()))
                .toList());
    }

    @DeleteMapping("/v1/keys/{id}")
    ResponseEntity<Void> revoke(Caller caller, @PathVariable String id) {
        caller.requireAdmin();
        if (!keys.revoke(id)) {
            throw ApiProblem.notFound("there is no key with this id");
        }
        return ResponseEntity.noContent().build();
    }

    private static void check(String field, @Nullable Integer rate) {
        if (rate != null && (rate < 1 || rate > KeyRates.MOST)) {
            throw ApiProblem.badField(field, field + " has to be from 1 to " + KeyRates.MOST + ", not " + rate);
        }
    }

    private static <E extends Enum<E>> E named(Class<E> type, String field, String name) {
        for (E value : type.getEnumConstants()) {
            if (value.name().toLowerCase(Locale.ROOT).equals(name)) {
                return value;
            }
        }
        throw ApiProblem.badField(field, field + " holds '" + name + "'; known are " + names(EnumSet.allOf(type)));
    }

    private static <E extends Enum<E>> List<String> names(Set<E> values) {
        return values.stream()
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .sorted()
                .toList();
    }

    record KeyRequest(
            String name,
            String tenant,
            List<String> roles,
            @Nullable List<String> policies,
            @Nullable KeyRates rates) {}

    record NewKey(String id, String key, String tenant, List<String> roles) {}

    record Keys(List<ListedKey> keys) {}

    record ListedKey(
            String id,
            String name,
            String tenant,
            List<String> roles,
            List<String> policies,
            Instant createdAt,
            @Nullable KeyRates rates) {}
}
