package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.JobId;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Jobs;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What several submissions that Redis gets in one call have in common is written once; nobody can tell.
class SubmitTogetherIT {
    private static final String ACCEPTED = "accepted";

    /// Tenant, kind, request, idempotency key, request id, traceparent.
    private static String[] job(String tenant, String kind, String key, String requestId) {
        return new String[] {tenant, kind, "{\"of\":\"" + tenant + key + "\"}", key, requestId, ""};
    }

    private static List<String> submit(Ground ground, List<String[]> jobs) {
        // Only once the backplane's own calls are answered has Redis the library.
        ground.queue().stats();
        List<String> command = new ArrayList<>(List.of("FCALL", "sandmill_enqueue_all", "1", "sm:{q}"));
        jobs.forEach(job -> command.addAll(List.of(job)));
        return ground.redis().cli(command.toArray(String[]::new)).lines().toList();
    }

    /// Each answer of an accepted job is that word, the id and the time.
    private static List<String> accepted(List<String> reply) {
        return IntStream.range(0, reply.size())
                .filter(index -> reply.get(index).equals(ACCEPTED))
                .mapToObj(index -> reply.get(index + 1))
                .toList();
    }

    @Test
    void oneKeyIsOneJobAlsoWithinACall() {
        try (Ground ground = Ground.open()) {
            List<String> reply = submit(
                    ground,
                    List.of(job("acme", "execute", "same", ""), job("acme", "execute", "same", ""), new String[] {
                        "acme", "execute", "{}", "same", "", ""
                    }));
            List<String> jobs = accepted(reply);
            assertThat(jobs).hasSize(1);
            assertThat(reply).containsSubsequence(ACCEPTED, "known", jobs.getFirst(), "conflict", jobs.getFirst());
            assertThat(ground.queue().stats().queued()).isEqualTo(1);
            assertThat(ground.redis().cli("LRANGE", "sm:{q}:backlog:execute:acme", "0", "-1"))
                    .isIn(jobs.getFirst(), "");
        }
    }

    @Test
    void theBoundHoldsWithinACall() {
        try (Ground ground = Ground.open(config -> new BackplaneConfig(
                config.redis(), 5, config.resultTtl(), config.commandTimeout(), config.localCacheBytes()))) {
            List<String> reply = submit(
                    ground,
                    IntStream.range(0, 9)
                            .mapToObj(number -> job("acme", "execute", "", ""))
                            .toList());
            assertThat(accepted(reply)).hasSize(5);
            assertThat(reply).filteredOn("full"::equals).hasSize(4);
            assertThat(accepted(submit(ground, List.<String[]>of(job("acme", "execute", "", "")))))
                    .isEmpty();
            assertThat(ground.queue().stats().queued()).isEqualTo(5);
        }
    }

    @Test
    void eachJobHasItsOwnFirstEvent() throws Exception {
        try (Ground ground = Ground.open()) {
            List<String> jobs = accepted(submit(
                    ground,
                    List.of(
                            job("acme", "execute", "", ""),
                            job("acme", "execute", "", ""),
                            job("acme", "index", "", ""),
                            job("other", "execute", "", ""),
                            job("acme", "execute", "", "request-5"),
                            job("acme", "execute", "", ""))));
            List<String> data = new ArrayList<>();
            for (String job : jobs) {
                String[] event = ground.redis()
                        .cli("XRANGE", "sm:{q}:ev:" + job, "-", "+")
                        .lines()
                        .toArray(String[]::new);
                assertThat(event).hasSize(7);
                assertThat(List.of(event[0], event[1], event[2], event[3])).containsExactly("1-0", "t", ACCEPTED, "a");
                assertThat(event[4]).isEqualTo(ground.redis().cli("HGET", "sm:{q}:job:" + job, "created"));
                data.add(event[6]);
            }
            String execute = "{\"kind\":\"execute\"}";
            assertThat(data)
                    .containsExactly(
                            execute,
                            execute,
                            "{\"kind\":\"index\"}",
                            execute,
                            "{\"requestId\":\"request-5\",\"kind\":\"execute\"}",
                            execute);
            JobRecord cancelled = ground.queue()
                    .cancel("acme", new JobId(jobs.getFirst()), Jobs.CANCELLED)
                    .orElseThrow();
            assertThat(ground.eventTypes(cancelled.id())).containsExactly(ACCEPTED, "finished");
            assertThat(ground.eventTypes(new JobId(jobs.get(1)))).containsExactly(ACCEPTED);
        }
    }

    @Test
    void everyTenantAndKindHasItsTurn() {
        try (Ground ground = Ground.open()) {
            submit(
                    ground,
                    List.of(
                            job("flood", "execute", "", ""),
                            job("flood", "execute", "", ""),
                            job("flood", "execute", "", ""),
                            job("flood", "execute", "", ""),
                            job("small", "execute", "", ""),
                            job("small", "index", "", "")));
            List<String> tenants = IntStream.range(0, 5)
                    .mapToObj(number -> ground.redis()
                            .cli("FCALL", "sandmill_take", "1", "sm:{q}", "execute", "w", "1", "60000")
                            .lines()
                            .toList()
                            .get(2))
                    .toList();
            assertThat(tenants).containsExactly("flood", "small", "flood", "flood", "flood");
            assertThat(ground.redis().cli("FCALL", "sandmill_take", "1", "sm:{q}", "index", "w", "1", "60000"))
                    .contains("small");
            assertThat(ground.queue().stats().queued()).isZero();
        }
    }

    @Test
    void ofJobsThatCouldNotEnterNothingIsLeft() {
        try (Ground ground = Ground.open()) {
            ground.redis().cli("SET", "sm:{q}:backlog:execute:broken", "no list");
            String before = ground.redis().cli("KEYS", "sm:{q}:*:broken*");
            List<String> reply =
                    submit(ground, List.of(job("broken", "execute", "key", ""), job("acme", "execute", "", "")));
            assertThat(reply.getFirst()).isEqualTo("broken");
            assertThat(reply.get(1)).contains("WRONGTYPE");
            List<String> jobs = accepted(reply);
            assertThat(jobs).hasSize(1);
            assertThat(ground.redis().cli("KEYS", "sm:{q}:job:*")).isEqualTo("sm:{q}:job:" + jobs.getFirst());
            assertThat(ground.redis().cli("KEYS", "sm:{q}:ev:*")).isEqualTo("sm:{q}:ev:" + jobs.getFirst());
            ground.redis().cli("DEL", "sm:{q}:backlog:execute:broken");
            assertThat(accepted(submit(ground, List.<String[]>of(job("broken", "execute", "key", "")))))
                    .hasSize(1);
            assertThat(before).isEqualTo("sm:{q}:backlog:execute:broken");
        }
    }
}
