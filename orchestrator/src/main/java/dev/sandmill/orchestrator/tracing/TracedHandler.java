package dev.sandmill.orchestrator.tracing;

import dev.sandmill.backplane.queue.Claim;
import dev.sandmill.backplane.queue.Completion;
import dev.sandmill.backplane.queue.JobHandler;
import dev.sandmill.backplane.queue.JobRecord;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Instant;

/// The span of a job's attempt, below whatever submitted the job, and beside it the time that the job waited: from the
/// clock of Redis, where the others are from this process's.
final class TracedHandler implements JobHandler {
    private final Tracer tracer;
    private final JobHandler handler;
    private final JobOfThread lastJob;

    TracedHandler(Tracer tracer, JobHandler handler, JobOfThread lastJob) {
        this.tracer = tracer;
        this.handler = handler;
        this.lastJob = lastJob;
    }

    @Override
    public Completion handle(Claim claim) throws InterruptedException {
        JobRecord job = claim.job();
        Context submitter = Traceparent.read(job.traceparent());
        Span span = tracer.spanBuilder(job.kind().wireName() + " job")
                .setParent(submitter)
                .setSpanKind(SpanKind.CONSUMER)
                .setAttribute("sandmill.job.id", job.id().value())
                .setAttribute("sandmill.job.attempt", job.attempt())
                .setAttribute("sandmill.tenant", job.tenant())
                .startSpan();
        Context context = submitter.with(span);
        waited(job, Traceparent.isValid(submitter) ? submitter : context);
        LoggedSpan.begin(span);
        try (Scope _ = context.makeCurrent()) {
            Completion completion = handler.handle(claim);
            tell(span, completion);
            return completion;
        } catch (InterruptedException | RuntimeException | Error broken) {
            span.setStatus(StatusCode.ERROR, String.valueOf(broken));
            throw broken;
        } finally {
            LoggedSpan.end();
            span.end();
            lastJob.left(context);
        }
    }

    /// Since when a repeated attempt has waited is not known.
    private void waited(JobRecord job, Context parent) {
        Instant started = job.startedAt();
        if (started != null && job.attempt() <= 1) {
            tracer.spanBuilder("wait in queue")
                    .setParent(parent)
                    .setStartTimestamp(job.createdAt())
                    .startSpan()
                    .end(started);
        }
    }

    private static void tell(Span span, Completion completion) {
        switch (completion) {
            case Completion.Finished finished -> span.setAttribute("sandmill.job.end", "finished");
            case Completion.Failed failed ->
                span.setAttribute("sandmill.job.end", failed.retryable() ? "retried" : "dead")
                        .setStatus(StatusCode.ERROR, failed.reason());
            case Completion.Postponed postponed ->
                span.setAttribute("sandmill.job.end", "postponed").setStatus(StatusCode.ERROR, postponed.reason());
            case Completion.HandedBack back -> span.setAttribute("sandmill.job.end", "handed back");
        }
    }
}
