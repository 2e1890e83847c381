package dev.sandmill.orchestrator.index;

import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.api.RefineIndex;
import dev.sandmill.api.json.InvalidJson;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.queue.Claim;
import dev.sandmill.backplane.queue.Completion;
import dev.sandmill.backplane.queue.JobHandler;
import dev.sandmill.orchestrator.tracing.Steps;
import dev.sandmill.orchestrator.tracing.Tracing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a claimed `index-exact` job and says how it ended.
public final class RefineIndexHandler implements JobHandler {
    private static final Logger log = LoggerFactory.getLogger(RefineIndexHandler.class);

    private final Refinement refinement;
    private final JobJson json;
    private final StrictJson events;
    private final RunNews news;
    private final Tracing tracing;

    public RefineIndexHandler(Refinement refinement, JobJson json, StrictJson events, RunNews news, Tracing tracing) {
        this.refinement = refinement;
        this.json = json;
        this.events = events;
        this.news = news;
        this.tracing = tracing;
    }

    @Override
    public Completion handle(Claim claim) {
        RefineIndex request;
        try {
            if (!(json.readStored(claim.job().requestJson()) instanceof RefineIndex read)) {
                return finished(failed("", "the request is not a refinement"));
            }
            request = read;
        } catch (InvalidJson invalid) {
            return finished(failed("", "the request is invalid: " + invalid.getMessage()));
        }
        String repository = request.repository();
        try (EmittedProgress progress =
                new EmittedProgress(claim, repository, events, news, EmittedProgress.HEARTBEAT)) {
            Steps steps = tracing.steps();
            RunContext context = new RunContext(
                    RunOrigin.of(claim.job(), steps),
                    progress,
                    () -> claim.interruption() == Claim.Interruption.CANCELLED,
                    steps);
            return finished(refinement.run(context, repository));
        } catch (InterruptedException | RuntimeException end) {
            boolean stopped = end instanceof InterruptedException || claim.interruption() != Claim.Interruption.NONE;
            return stopped ? stopped(claim, repository) : broken(repository, end);
        }
    }

    private Completion stopped(Claim claim, String repository) {
        // The flag has done its work; what follows still has to reach Redis.
        Thread.interrupted();
        return switch (claim.interruption()) {
            case STOPPING, LEASE_LOST -> new Completion.HandedBack();
            case CANCELLED, NONE ->
                finished(Indexed.withoutRun(
                        IndexStatus.CANCELLED, repository, "cancelled; the repository's next run goes on with it"));
        };
    }

    private Completion broken(String repository, Exception end) {
        log.error("the refinement of {} broke", repository, end);
        String reason = "the refinement broke: " + end.getClass().getSimpleName();
        return new Completion.Failed(reason, true, json.writeOutcome(failed(repository, reason)));
    }

    private static Indexed failed(String repository, String message) {
        return Indexed.withoutRun(IndexStatus.FAILED, repository, message);
    }

    private Completion finished(Indexed outcome) {
        return new Completion.Finished(json.writeOutcome(outcome));
    }
}
