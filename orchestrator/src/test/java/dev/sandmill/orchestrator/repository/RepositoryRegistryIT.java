package dev.sandmill.orchestrator.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.testing.RedisServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The registry on a real Redis.
class RepositoryRegistryIT {
    @Test
    void aTenantHasItsOwnNamesAndSeesNoOthers() {
        try (RedisServer redis = RedisServer.start();
                Backplane backplane = Backplane.open(
                        new BackplaneConfig(redis.uri(), 100, Duration.ofHours(1), Duration.ofSeconds(30), 1 << 20))) {
            RepositoryRegistry registry =
                    new RepositoryRegistry(backplane.documents(RepositoryRegistry.COLLECTION), new StrictJson());
            Repository mine = Repository.registered("a", "web", "/code", true, "main", Instant.EPOCH);
            Repository theirs = Repository.registered("b", "web", "/other", false, null, Instant.EPOCH);
            assertThat(registry.create(mine)).isTrue();
            assertThat(registry.create(mine)).isFalse();
            assertThat(registry.create(theirs)).isTrue();
            assertThat(registry.find("a", "web")).contains(mine);
            assertThat(registry.of("a")).containsExactly(mine);
            Repository indexed = registry.update(
                            "a", "web", stored -> stored.indexed("abc", 3, 9, 0, "m", List.of("bad.py")))
                    .orElseThrow();
            assertThat(indexed.state()).isEqualTo(RepositoryState.PARTIAL);
            assertThat(registry.find("a", "web")).contains(indexed);
            assertThat(registry.remove("a", "web")).isTrue();
            assertThat(registry.exists("a", "web")).isFalse();
            assertThat(registry.update("a", "web", stored -> stored)).isEmpty();
            assertThat(registry.find("b", "web")).contains(theirs);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a b", "ä", "a\n"})
    void whatWouldNotFitAPathIsNoName(String name) {
        assertThat(RepositoryRegistry.isName(name)).isFalse();
    }
}
