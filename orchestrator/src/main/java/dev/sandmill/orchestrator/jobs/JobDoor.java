package dev.sandmill.orchestrator.jobs;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Job;
import dev.sandmill.api.JobRequest;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.backplane.queue.JobQueue;
import dev.sandmill.backplane.queue.JobRecord;
import dev.sandmill.backplane.queue.Submission;
import dev.sandmill.backplane.queue.SubmitResult;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.Caller;
import dev.sandmill.orchestrator.security.RateLimit;
import dev.sandmill.orchestrator.tracing.Enqueuing;
import dev.sandmill.orchestrator.tracing.Tracing;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// Admission: checks what a caller may ask for and puts it into the queue. What it answers is a promise: an entry
/// is a job that will have an outcome.
public final class JobDoor {
    private static final Logger log = LoggerFactory.getLogger(JobDoor.class);
    private static final int LONGEST_KEY = 256;

    private final JobQueue queue;
    private final JobJson json;
    private final ProgramCheck programs;
    private final KnownAnswers answers;
    private final RateLimit rates;
    private final ExecuteMetrics metrics;
    private final JobMeter meter;
    private final Tracing tracing;

    public JobDoor(
            JobQueue queue,
            JobJson json,
            ProgramCheck programs,
            KnownAnswers answers,
            RateLimit rates,
            ExecuteMetrics metrics,
            JobMeter meter,
            Tracing tracing) {
        this.queue = queue;
        this.json = json;
        this.programs = programs;
        this.answers = answers;
        this.rates = rates;
        this.metrics = metrics;
        this.meter = meter;
        this.tracing = tracing;
    }

    /// A job that its sender does not wait for.
    public Entry submit(Caller caller, JobRequest request, @Nullable String idempotencyKey) {
        Submission submission = admitted(caller, request, idempotencyKey);
        SubmitResult result;
        try (Enqueuing enqueuing = tracing.enqueue(submission.kind())) {
            result = queue.submit(submission.within(enqueuing.traceparent()));
        }
        meter.submitted(request.kind(), result);
        Entry entry = entry(result);
        if (entry.isNew()) {
            log.atInfo()
                    .addKeyValue("job_id", entry.job().id().value())
                    .log("accepted {} job", request.kind().wireName());
        }
        return entry;
    }

    /// A job that its sender waits for, this long: as it is then. The request's log line names it.
    public Entry submit(Caller caller, JobRequest request, @Nullable String idempotencyKey, Duration patience)
            throws InterruptedException {
        Submission submission = admitted(caller, request, idempotencyKey);
        Optional<Executed> known =
                request instanceof ExecuteCode code ? answers.known(code, caller.tenant()) : Optional.empty();
        SubmitResult result;
        try (Enqueuing enqueuing = tracing.enqueue(submission.kind())) {
            Submission traced = submission.within(enqueuing.traceparent());
            result = known.isPresent()
                    ? queue.submitEnded(traced, json.writeOutcome(known.get()))
                    : queue.submit(traced, patience);
        }
        meter.submitted(submission.kind(), result);
        Entry entry = entry(result);
        MDC.put("job_id", entry.job().id().value());
        if (known.isPresent() && entry.isNew()) {
            metrics.finished(known.get());
        }
        return entry;
    }

    private Submission admitted(Caller caller, JobRequest request, @Nullable String idempotencyKey) {
        caller.requireAgent();
        if (request instanceof ExecuteCode code) {
            caller.requirePolicy(code.policy());
            programs.check(code);
        }
        if (idempotencyKey != null && (idempotencyKey.isBlank() || idempotencyKey.length() > LONGEST_KEY)) {
            throw ApiProblem.badField(
                    "Idempotency-Key", "Idempotency-Key has to be 1 to " + LONGEST_KEY + " characters");
        }
        rates.admitJob(caller);
        return new Submission(
                caller.tenant(), request.kind(), json.writeRequest(request), idempotencyKey, MDC.get("request_id"));
    }

    private static Entry entry(SubmitResult result) {
        return switch (result) {
            case SubmitResult.Accepted(JobRecord job) -> new Entry(job, true);
            case SubmitResult.Known(JobRecord job) -> new Entry(job, false);
            case SubmitResult.Conflict(var existing) ->
                throw ApiProblem.conflict(
                        "idempotency_conflict",
                        "this Idempotency-Key belongs to job " + existing + ", whose request is another one");
            case SubmitResult.Full(var reason, var retryAfter) ->
                throw ApiProblem.busy("queue_full", "not accepted: " + reason, retryAfter);
        };
    }

    /// A stored job as its owner sees it, written. Its outcome was written by whoever ended it.
    public String written(JobRecord job) {
        return json.writeJob(withoutOutcome(job), job.outcomeJson());
    }

    private static Job withoutOutcome(JobRecord job) {
        return new Job(
                job.id(),
                job.kind(),
                job.state(),
                job.attempt(),
                job.createdAt(),
                job.startedAt(),
                job.finishedAt(),
                null);
    }

    /// A stored job as its owner sees it.
    public Job view(JobRecord job) {
        String outcome = job.outcomeJson();
        return new Job(
                job.id(),
                job.kind(),
                job.state(),
                job.attempt(),
                job.createdAt(),
                job.startedAt(),
                job.finishedAt(),
                outcome == null ? null : json.readOutcome(job.kind(), outcome));
    }

    /// A job, and whether this submission made it.
    public record Entry(JobRecord job, boolean isNew) {}
}
