package dev.sandmill.backplane.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.cache.Notes.Note;
import dev.sandmill.backplane.redis.RedisUnavailable;
import dev.sandmill.backplane.testing.Ground;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class NotesIT {
    private static final Duration HOUR = Duration.ofHours(1);

    private static Note note(String key, String value, String... tags) {
        return new Note(key, value.getBytes(StandardCharsets.UTF_8), HOUR, List.of(tags));
    }

    private static String text(Notes notes, String owner, String key) {
        Notes.Found found = notes.get(owner, "plan", List.of(key)).get(key);
        return found == null ? "" : new String(found.value(), StandardCharsets.UTF_8);
    }

    private static Selection tagged(String... tags) {
        return new Selection(null, "", Set.of(tags), null);
    }

    @Test
    void oneProcessWritesAnotherReadsAThirdInvalidates() {
        try (Ground ground = Ground.open();
                Backplane second =
                        Backplane.open(BackplaneConfig.at(ground.redis().uri()));
                Backplane third =
                        Backplane.open(BackplaneConfig.at(ground.redis().uri()))) {
            Awaitility.await()
                    .until(() -> second.health().available() && third.health().available());
            ground.backplane().notes().put("acme", "plan", List.of(note("k", "1", "repository/a")));
            assertThat(text(second.notes(), "acme", "k")).isEqualTo("1");
            assertThat(text(second.notes(), "other", "k")).isEmpty();
            assertThat(second.notes().get("acme", "elsewhere", List.of("k"))).isEmpty();
            Notes.Found found = second.notes().get("acme", "plan", List.of("k")).get("k");
            assertThat(found.tags()).containsExactly("repository/a");
            assertThat(found.left()).isBetween(Duration.ofMinutes(59), HOUR);

            ground.backplane().notes().put("acme", "plan", List.of(note("k", "2")));
            assertThat(text(ground.backplane().notes(), "acme", "k")).isEqualTo("2");
            Awaitility.await().until(() -> text(second.notes(), "acme", "k").equals("2"));

            assertThat(third.notes().invalidate("acme", null, tagged("repository/a")))
                    .isZero();
            assertThat(third.notes().invalidate("other", null, Selection.ALL)).isZero();
            assertThat(third.notes().remove("acme", "plan", List.of("k", "unknown")))
                    .isEqualTo(1);
            Awaitility.await().until(() -> text(second.notes(), "acme", "k").isEmpty());
            Awaitility.await()
                    .until(() -> text(ground.backplane().notes(), "acme", "k").isEmpty());
            assertThat(third.notes().usage("acme")).isEqualTo(new Notes.Usage(0, 0));
        }
    }

    @Test
    void tagsPrefixesKeysAndAgeNarrowWhatIsInvalidated() {
        try (Ground ground = Ground.open()) {
            Notes notes = ground.backplane().notes();
            notes.put("acme", "plan", List.of(note("a1", "v", "red"), note("a2", "v", "red", "blue"), note("b1", "v")));
            notes.put("acme", "log", List.of(note("a1", "v", "red")));
            assertThat(notes.invalidate("acme", "plan", new Selection(null, "b", Set.of("red"), null)))
                    .isZero();
            assertThat(notes.invalidate("acme", "plan", tagged("blue", "green")))
                    .isEqualTo(1);
            assertThat(notes.get("acme", "plan", List.of("a1", "a2", "b1"))).containsOnlyKeys("a1", "b1");
            assertThat(notes.invalidate("acme", null, new Selection(null, "", Set.of(), Instant.EPOCH)))
                    .isZero();
            assertThat(notes.invalidate("acme", null, new Selection(Set.of("a1"), "", Set.of(), null)))
                    .isEqualTo(2);
            assertThat(notes.invalidate(
                            "acme",
                            null,
                            new Selection(null, "", Set.of(), Instant.now().plusSeconds(60))))
                    .isEqualTo(1);
            assertThat(notes.usage("acme").entries()).isZero();
            assertThat(ground.redis().cli("KEYS", "cx:*")).isEqualTo("cx:{acme}:bytes");
        }
    }

    @Test
    void anOwnersNotesAreBoundedAndTheNextToEndGoFirst() {
        try (Ground ground = Ground.open()) {
            CacheSettings usual = CacheSettings.DEFAULT;
            ground.backplane()
                    .changeCaches(new CacheSettings(
                            usual.localMaxBytes(), usual.localMaxEntries(), usual.staleTime(), 3, 1000));
            Notes notes = ground.backplane().notes();
            for (int number = 0; number < 5; number++) {
                notes.put(
                        "acme",
                        "plan",
                        List.of(new Note("k" + number, new byte[10], HOUR.plusSeconds(number), List.of("t"))));
            }
            assertThat(notes.get("acme", "plan", List.of("k0", "k1", "k2", "k3", "k4")))
                    .containsOnlyKeys("k2", "k3", "k4");
            assertThat(notes.stats().redisEvictedByQuota()).isEqualTo(2);
            notes.put("acme", "plan", List.of(new Note("large", new byte[900], Duration.ofSeconds(9), List.of())));
            assertThat(notes.get("acme", "plan", List.of("k3", "k4", "large"))).containsKey("large");
            assertThat(notes.usage("acme").bytes()).isLessThanOrEqualTo(1000);
            assertThat(ground.redis().cli("ZCARD", "cx:{acme}:tag:t"))
                    .isEqualTo(Long.toString(notes.usage("acme").entries() - 1));
        }
    }

    @Test
    void whatEndedByItselfLeavesTheIndex() {
        try (Ground ground = Ground.open()) {
            Notes notes = ground.backplane().notes();
            notes.put("acme", "plan", List.of(new Note("k", new byte[10], Duration.ofMillis(50), List.of("t"))));
            Awaitility.await()
                    .until(() -> notes.get("acme", "plan", List.of("k")).isEmpty());
            Awaitility.await().until(() -> {
                notes.put("acme", "plan", List.of(note("later", "v", "t")));
                return notes.usage("acme").entries() == 1;
            });
            assertThat(ground.redis().cli("ZRANGE", "cx:{acme}:tag:t", "0", "-1"))
                    .isEqualTo("plan/later");
        }
    }

    @Test
    void whileRedisIsAwayWhatIsHereIsShownAsStaleAndAWriteSaysThatItFailed() {
        try (Ground ground = Ground.open(config -> new BackplaneConfig(
                config.redis(), 10, config.resultTtl(), Duration.ofSeconds(1), config.localCacheBytes()))) {
            Notes notes = ground.backplane().notes();
            Awaitility.await()
                    .ignoreExceptionsInstanceOf(RedisUnavailable.class)
                    .until(() -> {
                        notes.put("acme", "plan", List.of(note("k", "1")));
                        return true;
                    });
            Awaitility.await().until(() -> {
                Notes.Found found = notes.get("acme", "plan", List.of("k")).get("k");
                return found != null && !found.stale();
            });
            ground.redis().pause();
            Awaitility.await()
                    .until(() ->
                            notes.get("acme", "plan", List.of("k")).get("k").stale());
            assertThat(notes.get("acme", "plan", List.of("unknown"))).isEmpty();
            assertThatThrownBy(() -> notes.put("acme", "plan", List.of(note("k", "2"))))
                    .isInstanceOf(RedisUnavailable.class);
            ground.redis().resume();
            Awaitility.await()
                    .ignoreExceptionsInstanceOf(RedisUnavailable.class)
                    .until(() -> {
                        notes.put("acme", "plan", List.of(note("k", "3")));
                        Notes.Found found =
                                notes.get("acme", "plan", List.of("k")).get("k");
                        return found != null
                                && !found.stale()
                                && new String(found.value(), StandardCharsets.UTF_8).equals("3");
                    });
            assertThat(notes.stats().staleServed()).isPositive();
        }
    }

    @Test
    void aRestartedProcessStartsWithTheHottestEntries() {
        try (Ground ground = Ground.open()) {
            try (Backplane before =
                    Backplane.open(BackplaneConfig.at(ground.redis().uri()))) {
                Awaitility.await().until(() -> before.health().available());
                before.notes().put("acme", "plan", List.of(note("hot", "v")));
                before.notes().get("acme", "plan", List.of("hot"));
            }
            try (Backplane after =
                    Backplane.open(BackplaneConfig.at(ground.redis().uri()))) {
                Awaitility.await().until(() -> after.notes().stats().localEntries() == 1);
                assertThat(text(after.notes(), "acme", "hot")).isEqualTo("v");
                assertThat(after.notes().stats().localHits()).isEqualTo(1);
            }
        }
    }
}
