package dev.sandmill.orchestrator.security;

import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.documents.Documents;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The keys that callers show: the instance's admin key, which works without Redis, and those made over HTTP, which
/// every process on the same Redis knows. Secrets are kept as digests; a revoked key fails at its next call.
public final class KeyRegistry {
    static final String DEFAULT_TENANT = "default";

    private final byte[] adminDigest;
    private final Caller admin =
            new Caller("admin", DEFAULT_TENANT, EnumSet.allOf(Role.class), EnumSet.allOf(PolicyLevel.class), null);
    private final Documents byDigest;
    private final StrictJson json;

    public KeyRegistry(String adminKey, Documents byDigest, StrictJson json) {
        this.adminDigest = KeySecret.digest(adminKey).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        this.byDigest = byDigest;
        this.json = json;
    }

    /// Whose key this is, if it is one.
    public Optional<Caller> callerOf(String secret) {
        if (!KeySecret.isWellFormed(secret)) {
            return Optional.empty();
        }
        String digest = KeySecret.digest(secret);
        if (MessageDigest.isEqual(adminDigest, digest.getBytes(java.nio.charset.StandardCharsets.US_ASCII))) {
            return Optional.of(admin);
        }
        return byDigest.get(digest).map(this::record).map(KeyRecord::caller);
    }

    /// Makes a key and returns its secret, which is not to be had again.
    Made make(String name, String tenant, Set<Role> roles, Set<PolicyLevel> policies, @Nullable KeyRates rates) {
        String secret = KeySecret.random();
        String digest = KeySecret.digest(secret);
        KeyRecord made = new KeyRecord(
                "k_" + UUID.randomUUID().toString().replace("-", ""),
                name,
                tenant,
                roles,
                policies,
                digest,
                Instant.now(),
                rates);
        byDigest.put(digest, json.write(made));
        return new Made(made, secret);
    }

    List<KeyRecord> list() {
        return byDigest.all().values().stream()
                .map(this::record)
                .sorted(java.util.Comparator.comparing(KeyRecord::createdAt))
                .toList();
    }

    boolean revoke(String id) {
        return list().stream()
                .filter(key -> key.id().equals(id))
                .findFirst()
                .map(key -> byDigest.remove(key.secretDigest()))
                .orElse(false);
    }

    private KeyRecord record(String text) {
        return json.read(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), KeyRecord.class);
    }

    record Made(KeyRecord key, String secret) {}
}
