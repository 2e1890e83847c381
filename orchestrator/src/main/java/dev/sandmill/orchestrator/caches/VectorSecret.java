package dev.sandmill.orchestrator.caches;

import dev.sandmill.backplane.documents.Documents;
import dev.sandmill.backplane.redis.RedisUnavailable;
import dev.sandmill.vectorizer.cache.SecretSource;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The secret of the cached vectors' keys, made by whoever needs it first and shared through Redis. This process keeps
/// what it has read, so that a secret that is lost there is made anew by the next start. Thread-safe.
public final class VectorSecret implements SecretSource {
    public static final String COLLECTION = "secrets";

    private static final Logger LOG = LoggerFactory.getLogger(VectorSecret.class);
    private static final String KEY = "vector-keys";
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Documents documents;
    private byte @Nullable [] secret;
    private long notBefore = System.nanoTime();

    public VectorSecret(Documents documents) {
        this.documents = documents;
    }

    /// Where Redis is away it is asked again after five seconds, so that indexing does not wait for it at each batch.
    @Override
    public synchronized Optional<byte[]> secret() {
        if (secret == null && System.nanoTime() - notBefore >= 0) {
            try {
                secret = readOrCreate();
            } catch (RedisUnavailable away) {
                notBefore = System.nanoTime() + PAUSE_NANOS;
                LOG.warn("vectors are not cached: their keys' secret cannot be read: {}", away.getMessage());
            }
        }
        return Optional.ofNullable(secret).map(byte[]::clone);
    }

    private byte[] readOrCreate() {
        byte[] made = new byte[MIN_BYTES];
        new SecureRandom().nextBytes(made);
        String json = '"' + HexFormat.of().formatHex(made) + '"';
        documents.putIfAbsent(KEY, json);
        String kept = documents
                .update(KEY, stored -> bytesOf(stored).isPresent() ? stored : json)
                .orElse(json);
        return bytesOf(kept).orElseThrow();
    }

    /// Empty for what this class has not written.
    private static Optional<byte[]> bytesOf(String json) {
        return json.matches("\"[0-9a-f]{" + 2 * MIN_BYTES + "}\"")
                ? Optional.of(HexFormat.of().parseHex(json, 1, json.length() - 1))
                : Optional.empty();
    }
}
