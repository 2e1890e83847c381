package dev.sandmill.orchestrator.index;

import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.api.JobRequest;
import dev.sandmill.api.json.InvalidJson;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.queue.Claim;
import dev.sandmill.backplane.queue.Completion;
import dev.sandmill.backplane.queue.JobHandler;
import dev.sandmill.backplane.queue.JobRecord;
import dev.sandmill.orchestrator.git.GitFailure;
import dev.sandmill.orchestrator.tracing.Steps;
import dev.sandmill.orchestrator.tracing.Tracing;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a claimed index job and says how it ended.
public final class IndexJobHandler implements JobHandler {
    private static final Logger log = LoggerFactory.getLogger(IndexJobHandler.class);

    private final IndexRun run;
    private final JobJson json;
    private final StrictJson events;
    private final RunNews news;
    private final IndexChange change;
    private final Tracing tracing;
    private final Duration heartbeat;

    public IndexJobHandler(
            IndexRun run, JobJson json, StrictJson events, RunNews news, IndexChange change, Tracing tracing) {
        this(run, json, events, news, change, tracing, EmittedProgress.HEARTBEAT);
    }

    /// @param heartbeat after which the last progress is told again where there was no other
    IndexJobHandler(
            IndexRun run,
            JobJson json,
            StrictJson events,
            RunNews news,
            IndexChange change,
            Tracing tracing,
            Duration heartbeat) {
        this.heartbeat = heartbeat;
        this.run = run;
        this.json = json;
        this.events = events;
        this.news = news;
        this.change = change;
        this.tracing = tracing;
    }

    @Override
    public Completion handle(Claim claim) {
        JobRequest request;
        try {
            request = json.readJobBody(claim.job().requestJson());
        } catch (InvalidJson invalid) {
            // A client may have written to the queue without passing a route.
            return finished(failed("", "the request is invalid: " + invalid.getMessage()));
        }
        if (!(request instanceof IndexRepository index)) {
            return finished(failed("", "the request is not an index request"));
        }
        JobRecord job = claim.job();
        String id = job.id().value();
        tell(job, index, "started", events.write(new RunStarted(id, job.attempt())));
        Steps steps = tracing.steps();
        Completion end = run(claim, index, steps);
        switch (end) {
            case Completion.Finished done -> {
                try (Steps.Step _ = steps.begin("publish event")) {
                    tell(job, index, "finished", "{\"job\":\"" + id + "\",\"outcome\":" + done.outcomeJson() + "}");
                }
            }
            case Completion.Failed failed -> tell(job, index, "failed", stopped(id, failed.reason()));
            case Completion.Postponed postponed -> tell(job, index, "failed", stopped(id, postponed.reason()));
            case Completion.HandedBack back -> tell(job, index, "failed", stopped(id, "the worker stops"));
        }
        return end;
    }

    private void tell(JobRecord job, IndexRepository index, String type, String dataJson) {
        news.tell(job.tenant(), index.repository(), type, dataJson);
    }

    private String stopped(String job, String reason) {
        return events.write(new RunFailed(job, reason));
    }

    record RunStarted(String job, int attempt) {}

    record RunFailed(String job, String reason) {}

    private Completion run(Claim claim, IndexRepository index, Steps steps) {
        try (EmittedProgress progress = new EmittedProgress(claim, index.repository(), events, news, heartbeat)) {
            RunContext context = new RunContext(
                    RunOrigin.of(claim.job(), steps),
                    progress,
                    () -> claim.interruption() == Claim.Interruption.CANCELLED,
                    steps);
            Indexed outcome = run.run(context, index, times(claim.job()));
            if (outcome.files().changed() > 0) {
                try (Steps.Step _ = steps.begin("invalidate cache")) {
                    change.indexed(claim.job().tenant(), index.repository());
                }
            }
            return finished(outcome);
        } catch (InterruptedException | GitFailure | RuntimeException end) {
            boolean stopped = end instanceof InterruptedException || claim.interruption() != Claim.Interruption.NONE;
            return stopped ? stopped(claim, index) : failed(index, end);
        }
    }

    private static JobTimes times(JobRecord job) {
        Instant started = job.startedAt();
        return new JobTimes(job.createdAt(), started == null ? job.createdAt() : started);
    }

    private Completion stopped(Claim claim, IndexRepository index) {
        // The flag has done its work; what follows still has to reach Redis.
        Thread.interrupted();
        return switch (claim.interruption()) {
            case STOPPING, LEASE_LOST -> new Completion.HandedBack();
            case CANCELLED, NONE ->
                finished(Indexed.withoutRun(
                        IndexStatus.CANCELLED, index.repository(), "cancelled; the next run repairs what it left"));
        };
    }

    private Completion failed(IndexRepository index, Exception end) {
        if (end instanceof GitFailure failure) {
            String reason = String.valueOf(failure.getMessage());
            Indexed outcome = failed(index.repository(), reason);
            if (!failure.wasAsked()) {
                return new Completion.Postponed(reason, json.writeOutcome(outcome));
            }
            return failure.retryable()
                    ? new Completion.Failed(reason, true, json.writeOutcome(outcome))
                    : finished(outcome);
        }
        log.error("the index run of {} broke", index.repository(), end);
        String reason = "the index run broke: " + end.getClass().getSimpleName();
        return new Completion.Failed(reason, true, json.writeOutcome(failed(index.repository(), reason)));
    }

    private static Indexed failed(String repository, String message) {
        return Indexed.withoutRun(IndexStatus.FAILED, repository, message);
    }

    private Completion finished(Indexed outcome) {
        return new Completion.Finished(json.writeOutcome(outcome));
    }
}
