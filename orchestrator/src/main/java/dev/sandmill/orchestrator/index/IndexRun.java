package dev.sandmill.orchestrator.index;

import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.orchestrator.git.GitFailure;
import dev.sandmill.orchestrator.git.Mirror;
import dev.sandmill.orchestrator.git.Mirrors;
import dev.sandmill.orchestrator.git.RefusedRemote;
import dev.sandmill.orchestrator.git.Remote;
import dev.sandmill.orchestrator.git.RemotePolicy;
import dev.sandmill.orchestrator.repository.Repository;
import dev.sandmill.orchestrator.repository.RepositoryRegistry;
import dev.sandmill.orchestrator.repository.RepositoryState;
import dev.sandmill.orchestrator.tracing.Steps;
import dev.sandmill.vectorizer.IndexTarget;
import dev.sandmill.vectorizer.IndexedState;
import dev.sandmill.vectorizer.LargeRuns;
import dev.sandmill.vectorizer.Vectorizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a repository's index to a commit: fetch, compare with what is indexed, hand over what differs batch by batch,
/// move the watermark. Running again after a crash, a cancel or a failure ends at the same index.
///
/// Thread-safe; runs of one repository wait for each other.
public final class IndexRun {
    private static final Logger log = LoggerFactory.getLogger(IndexRun.class);
    private static final int MAX_UNFINISHED = 10;

    private final RepositoryRegistry registry;
    private final RemotePolicy policy;
    private final Mirrors mirrors;
    private final Vectorizer vectorizer;
    private final IndexBounds bounds;
    private final CoveredPushes coveredPushes = new CoveredPushes();
    private final EmbeddingBatches batches;
    private final RepositoryLocks locks;

    public IndexRun(
            RepositoryRegistry registry,
            RemotePolicy policy,
            Mirrors mirrors,
            Vectorizer vectorizer,
            IndexBounds bounds,
            EmbeddingBatches batches,
            RepositoryLocks locks) {
        this.registry = registry;
        this.policy = policy;
        this.mirrors = mirrors;
        this.vectorizer = vectorizer;
        this.bounds = bounds;
        this.batches = batches;
        this.locks = locks;
    }

    /// An interrupt stops the run between two files; what it did so far is repaired by the next one.
    ///
    /// @throws GitFailure where git or its remote failed, [GitFailure#retryable()] or for good
    public Indexed run(RunContext context, IndexRepository request, JobTimes times)
            throws InterruptedException, GitFailure {
        String tenant = context.origin().tenant();
        String key = tenant + "/" + request.repository();
        Semaphore lock = locks.of(tenant, request.repository());
        lock.acquire();
        try {
            Optional<Repository> repository = registry.find(tenant, request.repository());
            if (repository.isEmpty()) {
                return Indexed.withoutRun(
                        IndexStatus.FAILED, request.repository(), "there is no repository of this name any more");
            }
            Optional<Indexed> covered = coveredPushes.answer(key, request, times);
            if (covered.isPresent()) {
                return covered.get();
            }
            coveredPushes.begin(key);
            Indexed outcome = run(repository.get(), request, context);
            coveredPushes.end(key, request, times, outcome);
            return outcome;
        } finally {
            lock.release();
        }
    }

    private Indexed run(Repository repository, IndexRepository request, RunContext context)
            throws InterruptedException, GitFailure {
        long startedAt = System.nanoTime();
        context.progress().onProgress("fetching", 0, 0, 0);
        @Nullable RepositoryState unreached = RepositoryState.FAILED;
        try (Mirror mirror = fetched(repository, context)) {
            Optional<Goal> goal = goal(mirror, repository, request);
            Indexed outcome = goal.isEmpty()
                    ? empty(repository, startedAt)
                    : reach(mirror, repository, goal.get(), request.full(), context, startedAt);
            unreached = null;
            return outcome;
        } catch (InterruptedException cancelled) {
            unreached = repository.indexedCommit() == null ? RepositoryState.NEW : RepositoryState.READY;
            throw cancelled;
        } finally {
            if (unreached != null) {
                leave(repository, unreached);
            }
        }
    }

    private Mirror fetched(Repository repository, RunContext context) throws InterruptedException, GitFailure {
        try (Steps.Step _ = context.steps().begin("fetch")) {
            return mirrors.fetch(repository.tenant(), repository.name(), remote(repository));
        }
    }

    /// Notes how the repository stands after a run that did not reach its goal; what stopped the run is told first.
    private void leave(Repository repository, RepositoryState state) {
        try {
            registry.update(repository.tenant(), repository.name(), stored -> stored.in(state));
        } catch (RuntimeException away) {
            log.warn("the state of repository {} could not be noted", repository.name(), away);
        }
    }

    private record Goal(String branch, String commit) {}

    private Remote remote(Repository repository) throws GitFailure {
        try {
            return policy.check(repository.url(), repository.anyLocalPath());
        } catch (RefusedRemote refused) {
            throw new GitFailure("the url " + refused.getMessage(), false, refused);
        }
    }

    /// Empty for a repository without commits.
    private static Optional<Goal> goal(Mirror mirror, Repository repository, IndexRepository request)
            throws GitFailure {
        String branch = repository.branch() != null
                ? repository.branch()
                : mirror.defaultBranch().orElse(null);
        if (branch == null) {
            return Optional.empty();
        }
        String wanted = request.commit();
        if (wanted != null) {
            String commit = mirror.commit(wanted)
                    .orElseThrow(() -> new GitFailure(
                            "the commit " + wanted + " is on no branch and no tag of the remote", false));
            return Optional.of(new Goal(branch, commit));
        }
        String tip = mirror.walked().isPresent() ? mirror.defaultBranch().orElse(branch) : branch;
        String head = mirror.head(tip)
                .orElseThrow(() -> new GitFailure("the remote has no branch \"" + branch + "\"", false));
        return Optional.of(new Goal(branch, head));
    }

    private Indexed reach(
            Mirror mirror, Repository repository, Goal goal, boolean full, RunContext context, long startedAt)
            throws InterruptedException, GitFailure {
        IndexTarget target = new IndexTarget(repository.tenant(), repository.name(), goal.branch());
        ChangePlan plan;
        try (Steps.Step _ = context.steps().begin("plan")) {
            plan = plan(mirror, repository, goal, target, full);
        }
        announce(repository, goal);
        RunTally tally = new RunTally();
        new PlanApplication(vectorizer, batches, bounds, context, mirror, target, goal.commit(), plan, tally).run();
        context.progress().onProgress("committing", tally.done(), plan.changed(), tally.chunks());
        try (Steps.Step _ = context.steps().begin("commit index")) {
            vectorizer.commit(target, goal.commit());
        }
        mirror.walked().ifPresent(tally::note);
        Indexed outcome = finish(repository, goal, plan, tally, startedAt);
        boolean sketched = vectorizer.largeRuns() == LargeRuns.SKETCHED
                && vectorizer
                        .state(repository.tenant(), repository.name())
                        .filter(now -> now.sketched() > 0)
                        .isPresent();
        if (sketched) {
            batches.refine(context.origin(), repository.name());
        }
        return outcome;
    }

    private ChangePlan plan(Mirror mirror, Repository repository, Goal goal, IndexTarget target, boolean full)
            throws GitFailure {
        @Nullable
        IndexedState state =
                vectorizer.state(repository.tenant(), repository.name()).orElse(null);
        boolean usable = state != null
                && state.branch().equals(goal.branch())
                && state.model().equals(vectorizer.model());
        if (state != null && !usable) {
            vectorizer.drop(repository.tenant(), repository.name());
        }
        boolean comparable = usable && !full && repository.unfinishedCommits().size() < MAX_UNFINISHED;
        String base = state != null && comparable ? ChangePlan.base(mirror, repository, state.commit()) : null;
        return base == null || rulesDiffer(mirror, repository, base, goal)
                ? ChangePlan.everything(mirror, vectorizer.paths(target), goal.commit())
                : ChangePlan.between(mirror, repository, base, goal.commit());
    }

    private static boolean rulesDiffer(Mirror mirror, Repository repository, String base, Goal goal) throws GitFailure {
        for (String unfinished : repository.unfinishedCommits()) {
            if (RepositoryRules.differ(mirror, base, unfinished)) {
                return true;
            }
        }
        return RepositoryRules.differ(mirror, base, goal.commit());
    }

    private void announce(Repository repository, Goal goal) {
        registry.update(repository.tenant(), repository.name(), stored -> {
            List<String> towards = new ArrayList<>(stored.unfinishedCommits());
            if (!towards.contains(goal.commit())) {
                towards.add(goal.commit());
            }
            return stored.indexing(goal.branch(), towards);
        });
    }

    private Indexed finish(Repository repository, Goal goal, ChangePlan plan, RunTally tally, long startedAt) {
        IndexedState now = vectorizer
                .state(repository.tenant(), repository.name())
                .orElseThrow(() -> new IllegalStateException("the index forgot " + repository.name()));
        List<String> failed =
                tally.failures().stream().map(Indexed.Failure::path).toList();
        Optional<Repository> told = registry.update(
                repository.tenant(),
                repository.name(),
                stored ->
                        stored.indexed(goal.commit(), now.files(), now.chunks(), now.sketched(), now.model(), failed));
        if (told.isEmpty()) {
            vectorizer.drop(repository.tenant(), repository.name());
            return Indexed.withoutRun(
                    IndexStatus.CANCELLED, repository.name(), "the repository was deleted while it was indexed");
        }
        return new Indexed(
                failed.isEmpty() ? IndexStatus.OK : IndexStatus.PARTIAL,
                repository.name(),
                goal.commit(),
                tally.files(plan),
                tally.chunkCounts(),
                millisSince(startedAt),
                tally.failures(),
                tally.message());
    }

    private Indexed empty(Repository repository, long startedAt) {
        if (vectorizer.state(repository.tenant(), repository.name()).isPresent()) {
            vectorizer.drop(repository.tenant(), repository.name());
        }
        registry.update(
                repository.tenant(),
                repository.name(),
                stored -> stored.indexed(null, 0, 0, 0, vectorizer.model(), List.of()));
        return new Indexed(
                IndexStatus.OK,
                repository.name(),
                null,
                Indexed.Files.NONE,
                Indexed.Chunks.NONE,
                millisSince(startedAt),
                List.of(),
                "the repository has no commits yet");
    }

    private static long millisSince(long startedAt) {
        return (System.nanoTime() - startedAt) / 1_000_000;
    }
}
