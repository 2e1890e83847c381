package dev.sandmill.orchestrator.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.Limits;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.queue.Claim.Interruption;
import dev.sandmill.backplane.queue.Completion;
import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.git.FetchProcesses;
import dev.sandmill.orchestrator.git.MirrorConfig;
import dev.sandmill.orchestrator.git.Mirrors;
import dev.sandmill.orchestrator.git.RemotePolicy;
import dev.sandmill.orchestrator.git.WorkingCopy;
import dev.sandmill.orchestrator.repository.Repository;
import dev.sandmill.orchestrator.repository.RepositoryRegistry;
import dev.sandmill.orchestrator.tracing.Tracing;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an index job's end looks like to the queue.
class IndexJobHandlerIT {
    private static final String REQUEST = "{\"kind\":\"index\",\"index\":{\"repository\":\"web\"}}";

    private static FetchProcesses processes;

    @TempDir
    private Path temp;

    private final JobJson json = new JobJson(Limits.DEFAULT, Limits.DEFAULT);
    private final RememberingVectorizer vectorizer = new RememberingVectorizer();
    private RedisServer redis;
    private Backplane backplane;
    private WorkingCopy copy;
    private RepositoryRegistry registry;
    private IndexRun indexRun;
    private IndexJobHandler handler;
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<String> changed = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void open() {
        processes = FetchProcesses.open();
    }

    @AfterAll
    static void close() {
        processes.close();
    }

    @BeforeEach
    void begin() {
        redis = RedisServer.start();
        backplane = Backplane.open(
                new BackplaneConfig(redis.uri(), 100, Duration.ofHours(1), Duration.ofSeconds(10), 1 << 20));
        copy = WorkingCopy.init(temp.resolve("code"));
        copy.write("a.py", "a").commit("one");
        registry = new RepositoryRegistry(backplane.documents(RepositoryRegistry.COLLECTION), new StrictJson());
        RemotePolicy policy = new RemotePolicy(Set.of("127.0.0.1"), List.of(), temp.resolve("home"));
        MirrorConfig mirrors =
                new MirrorConfig(temp.resolve("home/mirrors"), Duration.ofMinutes(1), Duration.ofMinutes(1), 1L << 30);
        indexRun = new IndexRun(
                registry,
                policy,
                new Mirrors(mirrors, policy, processes),
                vectorizer,
                IndexBounds.DEFAULT,
                new EmbeddingBatches(backplane.queue(), json),
                new RepositoryLocks());
        handler = handler(Duration.ofSeconds(10));
        register(copy.folder().toString());
    }

    private IndexJobHandler handler(Duration heartbeat) {
        return new IndexJobHandler(
                indexRun,
                json,
                new StrictJson(),
                (tenant, repository, type, data) -> told.add(tenant + "/" + repository + " " + type + " " + data),
                (tenant, repository) -> changed.add(tenant + "/" + repository),
                Tracing.OFF,
                heartbeat);
    }

    @AfterEach
    void end() {
        backplane.close();
        redis.close();
    }

    private void register(String url) {
        registry.remove("acme", "web");
        registry.create(Repository.registered("acme", "web", url, true, null, Instant.EPOCH));
    }

    private Indexed outcome(Completion completion) {
        assertThat(completion).isInstanceOf(Completion.Finished.class);
        return (Indexed) json.readOutcome(JobKind.INDEX, ((Completion.Finished) completion).outcomeJson());
    }

    @Test
    void aRunThatReachesItsCommitIsFinishedAndTellsEveryPhase() {
        HeldClaim claim = new HeldClaim(REQUEST, Interruption.NONE);
        assertThat(outcome(handler.handle(claim)).status()).isEqualTo(IndexStatus.OK);
        assertThat(claim.events)
                .hasSize(3)
                .allMatch(event -> event.startsWith("progress {\"phase\":"))
                .anyMatch(event -> event.contains("\"fetching\""))
                .anyMatch(event -> event.contains("\"committing\",\"filesDone\":1,\"filesTotal\":1"));
    }

    @Test
    void aRunThatSaysNothingForLongIsSeenToBeAlive() throws Exception {
        HeldClaim claim = new HeldClaim(REQUEST, Interruption.CANCELLED);
        RememberingVectorizer.Hang hang = vectorizer.hangNow();
        Thread running =
                Thread.ofVirtual().start(() -> handler(Duration.ofMillis(20)).handle(claim));
        hang.await();
        int said = claim.events.size();
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> claim.events.size() > said + 2);
        assertThat(claim.events.getLast()).isEqualTo(claim.events.get(said));
        running.interrupt();
        running.join();
        int end = claim.events.size();
        Awaitility.await()
                .during(Duration.ofMillis(100))
                .atMost(Duration.ofMinutes(1))
                .until(() -> claim.events.size() == end);
    }

    @Test
    void whoFollowsTheRepositoryIsToldOfARunAndItsCommit() {
        Completion completion = handler.handle(new HeldClaim(REQUEST, Interruption.NONE));
        String commit = Objects.requireNonNull(outcome(completion).commit());
        assertThat(told).hasSize(5).first().asString().startsWith("acme/web started {\"job\":\"");
        assertThat(told.subList(1, 4)).allMatch(event -> event.startsWith("acme/web progress {\"job\":\""));
        assertThat(told.getLast())
                .startsWith("acme/web finished {\"job\":\"")
                .contains("\"commit\":\"" + commit + "\"");
    }

    @Test
    void onlyARunThatChangedTheIndexOutdatesWhatWasDerivedFromIt() throws Exception {
        handler.handle(new HeldClaim(REQUEST, Interruption.NONE));
        assertThat(changed).containsExactly("acme/web");
        handler.handle(new HeldClaim(REQUEST, Interruption.NONE));
        assertThat(changed).hasSize(1);
        copy.write("a.py", "b").commit("two");
        handler.handle(new HeldClaim(REQUEST, Interruption.NONE));
        assertThat(changed).hasSize(2);
    }

    @Test
    void aRequestThatNobodyChecksBeforeIsRefusedHere() {
        for (String request : List.of("{", "{}", "{\"kind\":\"index\",\"index\":{\"repository\":\"../x\"}}")) {
            assertThat(outcome(handler.handle(new HeldClaim(request, Interruption.NONE)))
                            .status())
                    .isEqualTo(IndexStatus.FAILED);
        }
    }

    @Test
    void aRemoteThatRefusesTheConnectionMayBeTriedAgain() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        register("https://127.0.0.1:" + closed + "/a.git");
        Completion completion = handler.handle(new HeldClaim(REQUEST, Interruption.NONE));
        assertThat(completion).isInstanceOfSatisfying(Completion.Failed.class, failed -> {
            assertThat(failed.retryable()).isTrue();
            assertThat(failed.deadOutcomeJson()).contains("\"status\":\"failed\"");
        });
    }

    @Test
    void redisGoneIsTriedAgain() {
        redis.kill();
        assertThat(handler.handle(new HeldClaim(REQUEST, Interruption.NONE)))
                .isInstanceOfSatisfying(
                        Completion.Failed.class,
                        failed -> assertThat(failed.retryable()).isTrue());
    }

    @Test
    void aCancelledRunSaysSoAndAStoppingWorkerHandsItBack() throws Exception {
        assertThat(outcome(interrupted(Interruption.CANCELLED)).status()).isEqualTo(IndexStatus.CANCELLED);
        assertThat(interrupted(Interruption.STOPPING)).isInstanceOf(Completion.HandedBack.class);
    }

    private Completion interrupted(Interruption why) throws Exception {
        RememberingVectorizer.Hang hang = vectorizer.hangNow();
        CompletableFuture<Completion> end = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().start(() -> end.complete(handler.handle(new HeldClaim(REQUEST, why))));
        hang.await();
        thread.interrupt();
        return end.get(60, TimeUnit.SECONDS);
    }
}
