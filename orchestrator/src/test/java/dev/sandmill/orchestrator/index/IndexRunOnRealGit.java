package dev.sandmill.orchestrator.index;

import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.Indexed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.git.FetchProcesses;
import dev.sandmill.orchestrator.git.GitFailure;
import dev.sandmill.orchestrator.git.MirrorConfig;
import dev.sandmill.orchestrator.git.Mirrors;
import dev.sandmill.orchestrator.git.RemotePolicy;
import dev.sandmill.orchestrator.git.WorkingCopy;
import dev.sandmill.orchestrator.repository.Repository;
import dev.sandmill.orchestrator.repository.RepositoryRegistry;
import dev.sandmill.orchestrator.tracing.Steps;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Index runs over a real git repository and a real registry; only the embedding is replaced by remembering.
abstract class IndexRunOnRealGit {
    static final JobTimes NOW = new JobTimes(Instant.EPOCH, Instant.EPOCH);
    static final RunContext CONTEXT =
            new RunContext(new RunOrigin("acme", "job", null, null), RunProgress.NONE, () -> false, Steps.NONE);
    private static FetchProcesses processes;
    private static RedisServer redis;
    private static Backplane backplane;

    @TempDir
    Path temp;

    final RememberingVectorizer vectorizer = new RememberingVectorizer();
    WorkingCopy copy;
    RepositoryRegistry registry;
    IndexRun run;

    @BeforeAll
    static void open() {
        processes = FetchProcesses.open();
        redis = RedisServer.start();
        backplane = Backplane.open(
                new BackplaneConfig(redis.uri(), 100, Duration.ofHours(1), Duration.ofSeconds(30), 1 << 20));
    }

    @AfterAll
    static void close() {
        processes.close();
        backplane.close();
        redis.close();
    }

    @BeforeEach
    void begin() {
        redis.cli("FLUSHALL");
        copy = WorkingCopy.init(temp.resolve("code"));
        registry = new RepositoryRegistry(backplane.documents(RepositoryRegistry.COLLECTION), new StrictJson());
        RemotePolicy policy = new RemotePolicy(Set.of("*"), List.of(), temp.resolve("home"));
        Mirrors mirrors = new Mirrors(MirrorConfig.in(temp.resolve("home/mirrors")), policy, processes);
        run = new IndexRun(
                registry,
                policy,
                mirrors,
                vectorizer,
                new IndexBounds(3, 1_000, 2_000),
                new EmbeddingBatches(backplane.queue(), new JobJson(Limits.DEFAULT, Limits.DEFAULT)),
                new RepositoryLocks());
        registry.create(Repository.registered("acme", "web", copy.folder().toString(), true, null, Instant.EPOCH));
    }

    Indexed index() throws GitFailure, InterruptedException {
        return run.run(CONTEXT, new IndexRepository("web", null, false), NOW);
    }

    Repository stored() {
        return registry.find("acme", "web").orElseThrow();
    }
}
