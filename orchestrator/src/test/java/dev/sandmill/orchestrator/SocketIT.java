package dev.sandmill.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.events.Topic;
import dev.sandmill.backplane.queue.Completion;
import dev.sandmill.backplane.queue.JobHandler;
import dev.sandmill.backplane.queue.Worker;
import dev.sandmill.backplane.testing.Jobs;
import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.RunningService.Answer;
import dev.sandmill.orchestrator.repository.Repository;
import dev.sandmill.orchestrator.repository.RepositoryRegistry;
import dev.sandmill.orchestrator.socket.TopicDoor;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Following over WebSocket, at one process what is done at another. The jobs run here, in the test.
class SocketIT {
    private static final Map<String, String> API_ONLY = Map.of("SANDMILL_ROLES", "api");

    private static RedisServer redis;
    private static RunningService first;
    private static RunningService second;
    private static Backplane backplane;
    private Worker worker;

    @BeforeAll
    static void start(@TempDir Path home, @TempDir Path otherHome) throws Exception {
        redis = RedisServer.start();
        first = RunningService.start(home, redis, API_ONLY);
        second = RunningService.start(otherHome, redis, API_ONLY);
        backplane = Backplane.open(
                new BackplaneConfig(redis.uri(), 100_000, Duration.ofHours(24), Duration.ofSeconds(5), 1 << 20));
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> first.get("/readyz").status() == 200
                        && second.get("/readyz").status() == 200);
    }

    @AfterAll
    static void stop() throws Exception {
        first.close();
        second.close();
        backplane.close();
        redis.close();
    }

    @AfterEach
    void closeWorker() {
        if (worker != null) {
            worker.close();
        }
    }

    private static String key(String tenant, String role) {
        Answer made = first.post("/v1/keys", """
                {"name":"k","tenant":"%s","roles":["%s"]}""".formatted(tenant, role));
        return made.json().get("key").asString();
    }

    private static String submit(String key) {
        Answer accepted = second.post("/v1/jobs", """
                {"kind":"execute","execute":{"language":"python","source":"print(1)"}}""", "Authorization", "Bearer " + key);
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        return accepted.json().get("id").asString();
    }

    /// Runs execute jobs until the test is over.
    private void work(JobHandler handler) {
        worker = backplane.queue().startWorker(Jobs.worker("socket-test", 4), handler);
    }

    private static double counted(String series) {
        return first.get("/actuator/prometheus")
                .text()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no series " + series));
    }

    private static Completion done() {
        return new Completion.Finished("{\"status\":\"ok\"}");
    }

    @Test
    void aJobIsFollowedFromItsStartToItsEndAndResumedAtAnotherProcess() {
        String key = key("follow", "agent");
        String job = submit(key);
        CountDownLatch subscribed = new CountDownLatch(1);
        try (SocketClientProbe probe = SocketClientProbe.connect(first, key)) {
            probe.subscribe("jobs/" + job);
            work(claim -> {
                claim.emit("output", "{\"text\":\"a\"}");
                subscribed.await();
                claim.emit("output", "{\"text\":\"b\"}");
                return done();
            });
            probe.await(frame -> frame.get("data").path("text").asString("").equals("a"));
            subscribed.countDown();
            JsonNode end = probe.await("jobs/" + job, "finished");
            assertThat(end.get("data").get("state").asString()).isEqualTo("done");
            assertThat(probe.types("jobs/" + job))
                    .containsExactly("accepted", "started", "output", "output", "finished");
            assertThat(probe.events("jobs/" + job).stream()
                            .map(frame -> frame.get("seq").asInt()))
                    .containsExactly(1, 2, 3, 4, 5);
            assertThat(end.get("at").asString()).startsWith("20");
        }
        try (SocketClientProbe probe = SocketClientProbe.connect(second, key)) {
            probe.say("{'subscribe':['jobs/" + job + "'],'after':3}");
            probe.await("jobs/" + job, "finished");
            assertThat(probe.events("jobs/" + job).stream()
                            .map(frame -> frame.get("seq").asInt()))
                    .containsExactly(4, 5);
        }
    }

    @Test
    void allJobsOfATenantAreFollowedInStepAndNobodyElses() {
        String mine = key("mine", "agent");
        String other = key("other", "agent");
        try (SocketClientProbe probe = SocketClientProbe.connect(first, mine)) {
            probe.subscribe("jobs");
            submit(other);
            String job = submit(mine);
            work(claim -> done());
            probe.await("jobs", "finished");
            assertThat(probe.types("jobs")).containsExactly("accepted", "started", "finished");
            assertThat(probe.events("jobs"))
                    .allSatisfy(frame ->
                            assertThat(frame.get("data").get("job").asString()).isEqualTo(job));
            long seq = probe.events("jobs").getFirst().get("seq").asLong();
            assertThat(probe.events("jobs").getLast().get("seq").asLong()).isEqualTo(seq + 2);
            try (SocketClientProbe again = SocketClientProbe.connect(second, mine)) {
                again.say("{'subscribe':['jobs'],'after':" + seq + "}");
                again.await("jobs", "finished");
                assertThat(again.types("jobs")).containsExactly("started", "finished");
            }
        }
    }

    @Test
    void whatIsAnotherTenantsOrNotThereIsAnErrorFrameAndTheConnectionStays() {
        String job = submit(key("owner", "agent"));
        try (SocketClientProbe probe = SocketClientProbe.connect(first, key("stranger", "agent"))) {
            probe.say("{'subscribe':['jobs/" + job + "','pool','repositories/none','nonsense']}");
            assertThat(status(probe, "jobs/" + job)).isEqualTo(404);
            assertThat(status(probe, "pool")).isEqualTo(403);
            assertThat(status(probe, "repositories/none")).isEqualTo(404);
            assertThat(status(probe, "nonsense")).isEqualTo(400);
            probe.say("{'subscribe':['cache'],'before':1}");
            assertThat(status(probe, "")).isEqualTo(400);
            probe.subscribe("cache");
            probe.say("{'subscribe':['cache']}");
            assertThat(status(probe, "cache")).isEqualTo(409);
        }
    }

    private static int status(SocketClientProbe probe, String topic) {
        return probe.await(topic, "error").get("data").get("status").asInt();
    }

    @Test
    void subscriptionsAndMessagesAreBounded() {
        String key = key("bounds", "agent");
        List<String> jobs = IntStream.range(0, 101).mapToObj(_ -> submit(key)).toList();
        try (SocketClientProbe probe = SocketClientProbe.connect(first, key)) {
            for (String job : jobs) {
                probe.say("{'subscribe':['jobs/" + job + "']}");
            }
            assertThat(status(probe, "jobs/" + jobs.getLast())).isEqualTo(429);
            probe.await("jobs/" + jobs.get(99), "accepted");
            probe.say("{'subscribe':['" + "x".repeat(20_000) + "']}");
            assertThat(probe.closeCode()).isEqualTo(1009);
        }
        work(claim -> done());
        try (SocketClientProbe probe = SocketClientProbe.connect(first, key)) {
            for (String job : jobs.subList(1, 101)) {
                probe.say("{'subscribe':['jobs/" + job + "']}");
            }
            jobs.subList(1, 101).forEach(job -> probe.await("jobs/" + job, "finished"));
        }
    }

    @Test
    void aClientWithoutTheHeaderShowsItsKeyFirst() {
        String key = key("first", "reader");
        try (SocketClientProbe probe = SocketClientProbe.connect(first, null)) {
            probe.say("{'key':'" + key + "','subscribe':['jobs']}");
            probe.await("", "welcome");
            probe.await("jobs", "subscribed");
        }
        try (SocketClientProbe probe = SocketClientProbe.connect(first, null)) {
            probe.say("{'subscribe':['jobs']}");
            assertThat(probe.closeCode()).isEqualTo(1008);
        }
        try (SocketClientProbe silent = SocketClientProbe.connect(first, null)) {
            assertThat(silent.closeCode()).isEqualTo(1008);
        }
        assertThat(refusal("wrong", null)).isEqualTo(401);
    }

    @Test
    void aPageOfAnotherOriginIsRefusedAndAPlainRequestToo() {
        assertThat(refusal(first.adminKey(), "http://evil.example")).isEqualTo(403);
        assertThat(refusal(first.adminKey(), "null")).isEqualTo(403);
        SocketClientProbe.connect(first, first.adminKey(), first.uri("").toString())
                .subscribe("jobs")
                .close();
        assertThat(first.get("/ws").status()).isEqualTo(400);
    }

    private static int refusal(String key, @Nullable String origin) {
        WebSocketHandshakeException refused = (WebSocketHandshakeException)
                catchThrowableOfType(CompletionException.class, () -> SocketClientProbe.connect(first, key, origin))
                        .getCause();
        return refused.getResponse().statusCode();
    }

    @Test
    void progressIsThinnedButTheEndComes() {
        String key = key("progress", "agent");
        String job = submit(key);
        double dropped = counted("sandmill_ws_dropped_total{reason=\"progress\"}");
        try (SocketClientProbe probe = SocketClientProbe.connect(first, key)) {
            probe.subscribe("jobs/" + job);
            work(claim -> {
                for (int step = 0; step < 3000; step++) {
                    claim.emit("progress", "{\"step\":" + step + "}");
                    if (step % 100 == 0) {
                        Thread.sleep(20);
                    }
                }
                return done();
            });
            probe.await("jobs/" + job, "finished");
            List<Long> times = probe.timesOf("progress");
            assertThat(times).isNotEmpty();
            double seconds = (times.getLast() - times.getFirst()) / 1e9;
            assertThat(times.size()).isLessThanOrEqualTo((int) Math.ceil(seconds * 10) + 2);
            assertThat(probe.types("jobs/" + job).getLast()).isEqualTo("finished");
            assertThat(counted("sandmill_ws_dropped_total{reason=\"progress\"}") - dropped)
                    .isEqualTo(3000 - times.size());
        }
    }

    @Test
    void eventsThatAreNoLongerThereWhenTheirClientComesAreCounted() {
        String key = key("trimmed", "agent");
        String job = submit(key);
        work(claim -> {
            claim.emit("output", "{\"text\":\"a\"}");
            return done();
        });
        try (SocketClientProbe probe = SocketClientProbe.connect(first, key)) {
            probe.subscribe("jobs/" + job);
            probe.await("jobs/" + job, "finished");
        }
        assertThat(redis.cli("XTRIM", "sm:{q}:ev:" + job, "MAXLEN", "1")).isEqualTo("3");
        double dropped = counted("sandmill_ws_dropped_total{reason=\"trimmed\"}");
        try (SocketClientProbe late = SocketClientProbe.connect(first, key)) {
            late.say("{'subscribe':['jobs/" + job + "'],'after':1}");
            late.await("jobs/" + job, "finished");
            assertThat(late.types("jobs/" + job)).containsExactly("gap", "finished");
        }
        assertThat(counted("sandmill_ws_dropped_total{reason=\"trimmed\"}") - dropped)
                .isEqualTo(2);
    }

    @Test
    void connectionsAreCountedByTheCodeOfTheirEndAndAStrangeOneMakesNoSeries() {
        double before = counted("sandmill_ws_closed_total{code=\"other\"}");
        SocketClientProbe.connect(first, first.adminKey()).leave(4321);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> counted("sandmill_ws_closed_total{code=\"other\"}") == before + 1);
        assertThat(first.get("/actuator/prometheus").text()).doesNotContain("4321");
    }

    @Test
    void aSlowClientIsClosedMissesNothingAndHurtsNobody() throws InterruptedException {
        String key = key("slow", "agent");
        // More than the buffers of a TCP connection hold.
        List<String> jobs = IntStream.range(0, 4).mapToObj(_ -> submit(key)).toList();
        int outputs = 500;
        double tooSlow = counted("sandmill_ws_closed_total{code=\"1013\"}");
        double longSends = longSends();
        try (SocketClientProbe slow = SocketClientProbe.connectPaused(first, key);
                SocketClientProbe quick = SocketClientProbe.connect(first, key)) {
            for (String job : jobs) {
                slow.say("{'subscribe':['jobs/" + job + "']}");
                quick.subscribe("jobs/" + job);
            }
            String large = "{\"text\":\"" + "x".repeat(15_000) + "\"}";
            work(claim -> {
                for (int step = 0; step < outputs; step++) {
                    claim.emit("output", large);
                }
                return done();
            });
            for (String job : jobs) {
                quick.await("jobs/" + job, "finished");
                assertThat(quick.events("jobs/" + job)).hasSize(outputs + 3);
            }
            // This is the slowness: longer than a frame may take, and not so long that the connection is cut.
            Thread.sleep(Duration.ofSeconds(7));
            slow.takeAll();
            assertThat(slow.closeCode()).isEqualTo(1013);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> counted("sandmill_ws_closed_total{code=\"1013\"}") == tooSlow + 1);
            assertThat(longSends() - longSends).isEqualTo(1);
            for (String job : jobs) {
                long seen = slow.events("jobs/" + job).stream()
                        .mapToLong(frame -> frame.get("seq").asLong())
                        .max()
                        .orElse(0);
                try (SocketClientProbe again = SocketClientProbe.connect(second, key)) {
                    again.say("{'subscribe':['jobs/" + job + "'],'after':" + seen + "}");
                    if (seen < outputs + 3) {
                        again.await("jobs/" + job, "finished");
                    }
                    assertThat(again.events("jobs/" + job)).hasSize((int) (outputs + 3 - seen));
                }
            }
            assertThat(jobs)
                    .anySatisfy(job -> assertThat(slow.types("jobs/" + job)).doesNotContain("finished"));
        }
    }

    /// Frames that took longer than a client may take for one.
    private static double longSends() {
        return counted("sandmill_ws_send_seconds_count") - counted("sandmill_ws_send_seconds_bucket{le=\"5.0\"}");
    }

    @Test
    void clearingTheCacheAndRunsOfARepositoryAreTold() {
        try (SocketClientProbe probe = SocketClientProbe.connect(first, first.adminKey())) {
            first.context()
                    .getBean(RepositoryRegistry.class)
                    .create(Repository.registered("default", "web", "/x", true, null, Instant.EPOCH));
            probe.subscribe("cache").subscribe("pool").subscribe("repositories/web");
            backplane.topics().publish(TopicDoor.repository("other", "web"), "started", "{}");
            backplane.topics().publish(TopicDoor.repository("default", "web"), "finished", "{}");
            probe.await("repositories/web", "finished");
            assertThat(probe.types("repositories/web")).containsExactly("finished");
            assertThat(second.post("/v1/cache/clear", "{\"namespace\":\"results\"}")
                            .status())
                    .isEqualTo(200);
            JsonNode cleared = probe.await("cache", "cleared");
            assertThat(cleared.get("data").get("namespace").asString()).isEqualTo("results");
            second.post("/v1/cache/invalidate", "{\"namespace\":\"plan\",\"keys\":[\"a\"]}");
            assertThat(probe.await("cache", "invalidated")
                            .get("data")
                            .get("keys")
                            .toString())
                    .isEqualTo("[\"a\"]");
            assertThat(probe.events("cache").get(1).get("seq").asLong())
                    .isEqualTo(cleared.get("seq").asLong() + 1);
            backplane.topics().publish(new Topic.Named("", "pool"), "counts", "{\"instance\":\"x\"}");
            probe.await("pool", "counts");
        }
    }
}
