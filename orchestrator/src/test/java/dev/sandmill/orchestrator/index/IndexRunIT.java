package dev.sandmill.orchestrator.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.git.GitFailure;
import dev.sandmill.orchestrator.git.MirrorConfig;
import dev.sandmill.orchestrator.git.Mirrors;
import dev.sandmill.orchestrator.git.RemotePolicy;
import dev.sandmill.orchestrator.git.WorkingCopy;
import dev.sandmill.orchestrator.repository.Repository;
import dev.sandmill.orchestrator.repository.RepositoryRegistry;
import dev.sandmill.orchestrator.repository.RepositoryState;
import dev.sandmill.orchestrator.tracing.Steps;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Index runs over real git repositories and a real registry; only the embedding is replaced by remembering.
class IndexRunIT {
    private static final JobTimes NOW = new JobTimes(Instant.EPOCH, Instant.EPOCH);
    private static final RunContext CONTEXT =
            new RunContext(new RunOrigin("acme", "job", null, null), RunProgress.NONE, () -> false, Steps.NONE);
    private static RedisServer redis;
    private static Backplane backplane;

    @TempDir
    private Path temp;

    private final RememberingVectorizer vectorizer = new RememberingVectorizer();
    private WorkingCopy copy;
    private RepositoryRegistry registry;
    private IndexRun run;

    @BeforeAll
    static void open() {
        redis = RedisServer.start();
        backplane = Backplane.open(
                new BackplaneConfig(redis.uri(), 100, Duration.ofHours(1), Duration.ofSeconds(30), 1 << 20));
    }

    @AfterAll
    static void close() {
        backplane.close();
        redis.close();
    }

    @BeforeEach
    void begin() {
        redis.cli("FLUSHALL");
        copy = WorkingCopy.init(temp.resolve("code"));
        registry = new RepositoryRegistry(backplane.documents(RepositoryRegistry.COLLECTION), new StrictJson());
        RemotePolicy policy = new RemotePolicy(Set.of("*"), List.of(), temp.resolve("home"));
        Mirrors mirrors = new Mirrors(MirrorConfig.in(temp.resolve("home/mirrors")), policy);
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

    private Indexed index() throws GitFailure, InterruptedException {
        return run.run(CONTEXT, new IndexRepository("web", null, false), NOW);
    }

    private Repository stored() {
        return registry.find("acme", "web").orElseThrow();
    }

    @Test
    void aFirstRunIndexesEverythingAndTellsTheRegistry() throws Exception {
        copy.write("a.py", "a").write("b.py", "b").write("c.bin", "c");
        String commit = copy.commit("one");
        Indexed outcome = index();
        assertThat(outcome.status()).isEqualTo(IndexStatus.OK);
        assertThat(outcome.commit()).isEqualTo(commit);
        assertThat(outcome.files()).isEqualTo(new Indexed.Files(3, 3, 1, 0));
        assertThat(vectorizer.files).isEqualTo(Map.of("a.py", "a", "b.py", "b"));
        assertThat(stored().state()).isEqualTo(RepositoryState.READY);
        assertThat(stored().branch()).isEqualTo("main");
        assertThat(stored().indexedCommit()).isEqualTo(commit);
        assertThat(stored().files()).isEqualTo(2);
        assertThat(stored().unfinishedCommits()).isEmpty();
    }

    @Test
    void aLaterRunHandlesOnlyWhatDiffers() throws Exception {
        copy.write("a.py", "a").write("b.py", "b").write("c.py", "c").commit("one");
        index();
        copy.write("a.py", "a2");
        copy.git("rm", "-q", "b.py");
        copy.git("mv", "c.py", "d.py");
        copy.commit("two");
        Indexed outcome = index();
        assertThat(outcome.files()).isEqualTo(new Indexed.Files(2, 4, 0, 0));
        assertThat(vectorizer.files).isEqualTo(Map.of("a.py", "a2", "d.py", "c"));
        assertThat(index().files()).isEqualTo(new Indexed.Files(2, 0, 0, 0));
    }

    @Test
    void aForcePushEndsAtTheNewTree() throws Exception {
        copy.write("a.py", "a");
        String one = copy.commit("one");
        copy.write("b.py", "b").commit("two");
        index();
        copy.git("reset", "-q", "--hard", one);
        copy.write("c.py", "c").commit("three");
        index();
        assertThat(vectorizer.files).isEqualTo(Map.of("a.py", "a", "c.py", "c"));
    }

    @Test
    void aGivenCommitIsIndexedAndAnUnknownOneIsAFailure() throws Exception {
        copy.write("a.py", "1");
        String one = copy.commit("one");
        copy.write("a.py", "2").commit("two");
        Indexed outcome = run.run(CONTEXT, new IndexRepository("web", one.substring(0, 10), false), NOW);
        assertThat(outcome.commit()).isEqualTo(one);
        assertThat(vectorizer.files).containsEntry("a.py", "1");
        String unknown = "0123456789012345678901234567890123456789";
        assertThatThrownBy(() -> run.run(CONTEXT, new IndexRepository("web", unknown, false), NOW))
                .isInstanceOfSatisfying(
                        GitFailure.class,
                        failure -> assertThat(failure.retryable()).isFalse())
                .hasMessageContaining(unknown);
        assertThat(stored().state()).isEqualTo(RepositoryState.FAILED);
        assertThat(index().status()).isEqualTo(IndexStatus.OK);
    }

    @Test
    void aFileThatFailedIsTriedAgainThoughItDidNotChange() throws Exception {
        copy.write("a.py", "a").write("b.py", "b").commit("one");
        vectorizer.failing.add("a.py");
        Indexed outcome = index();
        assertThat(outcome.status()).isEqualTo(IndexStatus.PARTIAL);
        assertThat(outcome.failures()).containsExactly(new Indexed.Failure("a.py", "told to fail"));
        assertThat(stored().state()).isEqualTo(RepositoryState.PARTIAL);
        vectorizer.failing.clear();
        assertThat(index().status()).isEqualTo(IndexStatus.OK);
        assertThat(vectorizer.files).containsOnlyKeys("a.py", "b.py");
        assertThat(stored().state()).isEqualTo(RepositoryState.READY);
    }

    @Test
    void aFullRunRemovesWhatShouldNotBeThere() throws Exception {
        copy.write("a.py", "a").commit("one");
        index();
        vectorizer.files.put("stale.py", "from nowhere");
        vectorizer.files.put("a.py", "wrong");
        run.run(CONTEXT, new IndexRepository("web", null, true), NOW);
        assertThat(vectorizer.files).isEqualTo(Map.of("a.py", "a"));
    }

    @Test
    void anotherModelStartsOver() throws Exception {
        copy.write("a.py", "a").commit("one");
        index();
        vectorizer.model = "another";
        assertThat(index().files().changed()).isEqualTo(1);
        assertThat(stored().model()).isEqualTo("another");
    }

    @Test
    void aFileTooLargeIsNotReadAndLeavesTheIndexWhenItGrows() throws Exception {
        copy.write("a.py", "a").commit("one");
        index();
        copy.write("a.py", "a".repeat(2_001)).commit("grown");
        Indexed outcome = index();
        assertThat(outcome.files()).isEqualTo(new Indexed.Files(1, 1, 1, 0));
        assertThat(vectorizer.files).isEmpty();
    }

    @Test
    void whatARepositoryWantsLeftOutIsLeftOutAndComesBackWithTheRule() throws Exception {
        copy.write("a.py", "a").write("docs/b.py", "b").write("gen/c.py", "c");
        copy.write(".sandmillignore", "docs/").write(".gitattributes", "gen/** linguist-generated");
        copy.commit("one");
        Indexed outcome = index();
        assertThat(vectorizer.files).containsOnlyKeys("a.py", ".sandmillignore", ".gitattributes");
        assertThat(outcome.files().skipped()).isEqualTo(2);
        assertThat(outcome.message()).isEqualTo("2 skipped: ignored 2");
        copy.write(".sandmillignore", "*.txt").write(".gitattributes", "# none").commit("rules alone");
        index();
        assertThat(vectorizer.files).containsKeys("a.py", "docs/b.py", "gen/c.py");
        copy.write(".sandmillignore", "a.py").commit("rules again");
        index();
        assertThat(vectorizer.files).containsKeys("docs/b.py", "gen/c.py").doesNotContainKey("a.py");
    }

    @Test
    void aRepositoryThatGitCanNotReadIsWalkedAndTheOutcomeSaysSo() throws Exception {
        copy.write("a.py", "a").write("b.py", "b").commit("one");
        index();
        copy.write("b.py", "b2").write("c.py", "c");
        Files.writeString(copy.folder().resolve(".git/HEAD"), "this is no reference");
        Indexed outcome = index();
        assertThat(outcome.status()).isEqualTo(IndexStatus.OK);
        assertThat(outcome.message()).contains("git can not read").contains("its files were walked and hashed");
        assertThat(outcome.files().changed()).isEqualTo(2);
        assertThat(vectorizer.files).isEqualTo(Map.of("a.py", "a", "b.py", "b2", "c.py", "c"));
        assertThat(stored().branch()).isEqualTo("main");
        Files.writeString(copy.folder().resolve(".git/HEAD"), "ref: refs/heads/main\n");
        assertThat(index().message()).isNull();
        assertThat(vectorizer.files).isEqualTo(Map.of("a.py", "a", "b.py", "b"));
    }

    @Test
    void pushesThatARunHasCoveredAreNotRunAgain() throws Exception {
        JobTimes first = new JobTimes(Instant.ofEpochSecond(10), Instant.ofEpochSecond(20));
        JobTimes covered = new JobTimes(Instant.ofEpochSecond(19), Instant.ofEpochSecond(30));
        JobTimes later = new JobTimes(Instant.ofEpochSecond(20), Instant.ofEpochSecond(31));
        IndexRepository push = new IndexRepository("web", null, false);
        copy.write("a.py", "a");
        String one = copy.commit("one");
        run.run(CONTEXT, push, first);
        copy.write("a.py", "a2").commit("two");

        Indexed answered = run.run(CONTEXT, push, covered);
        assertThat(answered.commit()).isEqualTo(one);
        assertThat(answered.files()).isEqualTo(new Indexed.Files(1, 0, 0, 0));
        assertThat(answered.message()).contains("has covered it");
        assertThat(run.run(CONTEXT, new IndexRepository("web", null, true), covered)
                        .message())
                .isNull();
        assertThat(vectorizer.files).containsEntry("a.py", "a2");
        copy.write("a.py", "a3").commit("three");
        run.run(CONTEXT, push, later);
        assertThat(vectorizer.files).containsEntry("a.py", "a2");
        run.run(CONTEXT, new IndexRepository("web", one, false), later);
        assertThat(vectorizer.files).containsEntry("a.py", "a");
        run.run(CONTEXT, push, covered);
        assertThat(vectorizer.files).containsEntry("a.py", "a3");
    }

    @Test
    void batchesAreBoundedInFilesAndBytes() throws Exception {
        for (int i = 0; i < 7; i++) {
            copy.write("small" + i, "x");
        }
        copy.write("z1", "x".repeat(900)).write("z2", "x".repeat(900)).write("z3", "x".repeat(900));
        copy.commit("one");
        index();
        assertThat(vectorizer.batchSizes).containsExactly(3, 3, 3, 1);
    }

    @Test
    void aRunThatWasCutOffIsRepairedEvenWhereTheNextCommitTakesItBack() throws Exception {
        copy.write("a.py", "a").write("b.py", "b").write("c.py", "c").write("d.py", "d");
        String one = copy.commit("one");
        index();
        copy.write("a.py", "a2")
                .write("b.py", "b2")
                .write("c.py", "c2")
                .write("d.py", "d2")
                .write("e.py", "e");
        copy.commit("two");
        RememberingVectorizer.Hang hang = vectorizer.hangAfter(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                index();
                interrupted.complete(false);
            } catch (InterruptedException expected) {
                interrupted.complete(true);
            } catch (GitFailure unexpected) {
                interrupted.completeExceptionally(unexpected);
            }
        });
        hang.await();
        thread.interrupt();
        assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
        vectorizer.hangNoMore();
        assertThat(vectorizer.files).containsEntry("a.py", "a2").containsEntry("d.py", "d");
        copy.git("reset", "-q", "--hard", one);
        copy.write("f.py", "f").commit("three");
        index();
        assertThat(vectorizer.files).isEqualTo(Map.of("a.py", "a", "b.py", "b", "c.py", "c", "d.py", "d", "f.py", "f"));
        assertThat(stored().unfinishedCommits()).isEmpty();
    }

    @Test
    void anEmptyRepositoryIsReadyAndHasNoCommit() throws Exception {
        Indexed outcome = index();
        assertThat(outcome.status()).isEqualTo(IndexStatus.OK);
        assertThat(outcome.commit()).isNull();
        assertThat(outcome.message()).contains("no commits");
        assertThat(stored().state()).isEqualTo(RepositoryState.READY);
    }

    @Test
    void aRemoteThatVanishedIsAFailureThatSaysSo() throws Exception {
        copy.write("a.py", "a").commit("one");
        index();
        Files.move(copy.folder(), temp.resolve("elsewhere"));
        assertThatThrownBy(this::index).isInstanceOf(GitFailure.class).hasMessageContaining("not there");
        assertThat(stored().state()).isEqualTo(RepositoryState.FAILED);
        assertThat(stored().indexedCommit()).isNotNull();
    }

    @Test
    void aRepositoryDeletedMeanwhileLeavesNothingInTheIndex() throws Exception {
        copy.write("a.py", "a").commit("one");
        Indexed outcome = run.run(
                new RunContext(
                        CONTEXT.origin(),
                        (phase, files, total, chunks) -> {
                            if (phase.equals("committing")) {
                                registry.remove("acme", "web");
                            }
                        },
                        () -> false,
                        Steps.NONE),
                new IndexRepository("web", null, false),
                NOW);
        assertThat(outcome.status()).isEqualTo(IndexStatus.CANCELLED);
        assertThat(vectorizer.files).isEmpty();
        assertThat(vectorizer.state("acme", "web")).isEmpty();
    }

    @Test
    void aRepositoryOfAnotherTenantIsNotThere() throws Exception {
        Indexed outcome = run.run(
                new RunContext(new RunOrigin("other", "job", null, null), RunProgress.NONE, () -> false, Steps.NONE),
                new IndexRepository("web", null, false),
                NOW);
        assertThat(outcome.status()).isEqualTo(IndexStatus.FAILED);
        assertThat(vectorizer.files).isEmpty();
    }
}
