package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.JobId;
import dev.sandmill.api.JobState;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Jobs;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignClientIT {
    private static final DateTimeFormatter INSTANT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern ID = Pattern.compile("\"id\":\"([0-9a-z]+)\"");

    private static String submit(Ground ground, String tenant, String json, String key) {
        ground.backplane().health();
        ground.queue().stats();
        return ground.redis().cli("FCALL", "sandmill_submit", "1", RedisJobQueue.KEY, tenant, json, key);
    }

    private static JobId id(String reply) {
        Matcher matcher = ID.matcher(reply);
        assertThat(matcher.find()).as(reply).isTrue();
        return new JobId(matcher.group(1));
    }

    @Test
    void aJobFromRedisCliIsLikeOneFromJava() {
        try (Ground ground = Ground.open()) {
            JobRecord java = ground.submit("acme", "1");
            String reply = submit(ground, "acme", Jobs.body("1"), "");
            JobRecord foreign = ground.queue().find("acme", id(reply)).orElseThrow();
            assertThat(foreign)
                    .usingRecursiveComparison()
                    .ignoringFields("id", "createdAt")
                    .isEqualTo(java);
            assertThat(reply)
                    .isEqualTo(
                            "{\"id\":\"" + foreign.id() + "\",\"kind\":\"execute\",\"state\":\"queued\",\"attempt\":0,"
                                    + "\"createdAt\":\"" + INSTANT.format(foreign.createdAt())
                                    + "\",\"startedAt\":null,\"finishedAt\":null,\"outcome\":null}");
            assertThat(ground.eventTypes(foreign.id())).containsExactly("accepted");
            ground.queue().startWorker(Jobs.worker("w", 1), _ -> new Completion.Finished("{\"status\":\"ok\"}"));
            assertThat(ground.end(foreign).state()).isEqualTo(JobState.DONE);
        }
    }

    @Test
    void keysAreSharedWithJavaAndAFinishedJobComesWithItsOutcome() {
        try (Ground ground = Ground.open()) {
            JobRecord java = Jobs.accepted(ground.queue().submit(Jobs.execute("acme", "1", "key")));
            assertThat(id(submit(ground, "acme", Jobs.body("1"), "key"))).isEqualTo(java.id());
            assertThat(submit(ground, "acme", Jobs.body("2"), "key"))
                    .startsWith("CONFLICT ")
                    .contains(java.id().value());
            ground.queue().cancel("acme", java.id(), Jobs.CANCELLED);
            assertThat(submit(ground, "acme", Jobs.body("1"), "key"))
                    .contains("\"state\":\"done\"")
                    .contains("\"outcome\":" + Jobs.CANCELLED);
        }
    }

    @Test
    void aJobCarriesTheTraceThatItBelongsToToItsHandler() {
        String traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 vendor=a,other=b:1";
        try (Ground ground = Ground.open()) {
            ground.queue().stats();
            String reply = ground.redis()
                    .cli("FCALL", "sandmill_submit", "1", RedisJobQueue.KEY, "acme", Jobs.body("1"), "", traceparent);
            JobRecord java = Jobs.accepted(
                    ground.queue().submit(Jobs.execute("acme", "2").within(traceparent)));
            ground.queue()
                    .startWorker(
                            Jobs.worker("w", 1),
                            claim -> new Completion.Finished(
                                    "{\"trace\":\"" + claim.job().traceparent() + "\"}"));
            String seen = "{\"trace\":\"" + traceparent + "\"}";
            assertThat(ground.end(java).outcomeJson()).isEqualTo(seen);
            assertThat(ground.end(ground.queue().find("acme", id(reply)).orElseThrow())
                            .outcomeJson())
                    .isEqualTo(seen);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-and-more",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 a=\u00e9",
                "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
                "00-4bf92f3577b34da6a3ce929d0e0e473\u0000-00f067aa0ba902b7-01"
            })
    void whatIsNoTraceparentIsRefused(String text) {
        try (Ground ground = Ground.open()) {
            assertThatThrownBy(() ->
                            ground.queue().submit(Jobs.execute("acme", "1").within(text)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("traceparent has to be like 00-");
        }
    }

    @Test
    void theBoundIsTheSame() {
        try (Ground ground = Ground.open(config -> new BackplaneConfig(
                config.redis(), 1, config.resultTtl(), config.commandTimeout(), config.localCacheBytes()))) {
            ground.submit("acme", "1");
            assertThat(submit(ground, "acme", Jobs.body("2"), ""))
                    .startsWith("FULL ")
                    .contains("try again in");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"kind\":                  | job is not JSON",
                "[1]                         | has to be an object with a \"kind\"",
                "7                           | has to be an object with a \"kind\"",
                "{\"kind\":7}                | has to be an object with a \"kind\"",
                "{\"kind\":\"dance\"}        | kind has to be \"execute\" or \"index\", not \"dance\"",
                "{\"kind\":\"index\"}        | needs an object \"index\"",
                "{\"kind\":\"execute\",\"execute\":1} | needs an object \"execute\"",
            })
    void whatIsNoJobIsRefusedWithWhatIsWrong(String json, String problem) {
        try (Ground ground = Ground.open()) {
            assertThat(submit(ground, "acme", json, "")).startsWith("INVALID ").contains(problem);
            assertThat(ground.queue().stats().queued()).isZero();
        }
    }

    @Test
    void nestingBeyondMeasureIsRefusedAndRedisGoesOn() {
        try (Ground ground = Ground.open()) {
            String bomb = "{\"kind\":\"execute\",\"execute\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}";
            assertThat(submit(ground, "acme", bomb, "")).startsWith("INVALID job is not JSON");
            assertThat(submit(ground, "", Jobs.body("1"), "")).startsWith("INVALID tenant");
            assertThat(submit(ground, "acme", Jobs.body("1"), "")).startsWith("{\"id\"");
        }
    }
}
