package dev.sandmill.orchestrator.caches;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.documents.Documents;
import dev.sandmill.backplane.testing.RedisServer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The secret on a real Redis.
class VectorSecretIT {
    @Test
    void everyProcessHasTheSameAndALostOneIsMadeAnew() {
        try (RedisServer redis = RedisServer.start();
                Backplane backplane = open(redis, Duration.ofSeconds(30))) {
            Documents documents = backplane.documents(VectorSecret.COLLECTION);
            VectorSecret first = new VectorSecret(documents);
            byte[] secret = first.secret().orElseThrow();

            assertThat(secret).hasSize(32).isNotEqualTo(new byte[32]);
            assertThat(new VectorSecret(documents).secret()).contains(secret);

            documents.remove("vector-keys");
            byte[] anew = new VectorSecret(documents).secret().orElseThrow();
            assertThat(anew).isNotEqualTo(secret);
            assertThat(first.secret()).contains(secret);

            documents.put("vector-keys", "\"00\"");
            assertThat(new VectorSecret(documents).secret().orElseThrow()).hasSize(32);
            assertThat(documents.get("vector-keys")).isNotEqualTo(Optional.of("\"00\""));
        }
    }

    @Test
    void withoutRedisThereIsNone() {
        try (RedisServer redis = RedisServer.start();
                Backplane backplane = open(redis, Duration.ofSeconds(1))) {
            VectorSecret secret = new VectorSecret(backplane.documents(VectorSecret.COLLECTION));
            redis.kill();

            assertThat(secret.secret()).isEmpty();
        }
    }

    private static Backplane open(RedisServer redis, Duration commandTimeout) {
        return Backplane.open(new BackplaneConfig(redis.uri(), 100, Duration.ofHours(1), commandTimeout, 1 << 20));
    }
}
