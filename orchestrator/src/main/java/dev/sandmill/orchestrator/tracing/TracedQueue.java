package dev.sandmill.orchestrator.tracing;

import dev.sandmill.backplane.queue.QueueObserver;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.time.Duration;
import java.time.Instant;

/// Spans of what the queue does for a job: it is enqueued once Redis has it, and over once its outcome is
/// written, which is in the same step its last event.
final class TracedQueue implements QueueObserver {
    /// The span of the submission that this thread is in.
    static final ContextKey<Span> ENQUEUING = ContextKey.named("enqueuing");

    private final Tracer tracer;
    private final QueueObserver observer;
    private final JobOfThread lastJob;

    TracedQueue(Tracer tracer, QueueObserver observer, JobOfThread lastJob) {
        this.tracer = tracer;
        this.observer = observer;
        this.lastJob = lastJob;
    }

    @Override
    public void called(String function, long nanos) {
        observer.called(function, nanos);
        if (function.equals("sandmill_enqueue")) {
            Span enqueuing = Context.current().get(ENQUEUING);
            if (enqueuing != null) {
                enqueuing.end();
            }
        }
    }

    @Override
    public void committed(String kind, boolean written, long nanos) {
        observer.committed(kind, written, nanos);
        Context job = lastJob.take();
        if (job != null) {
            Instant now = Instant.now();
            tracer.spanBuilder("commit")
                    .setParent(job)
                    .setStartTimestamp(now.minus(Duration.ofNanos(nanos)))
                    .setAttribute("sandmill.commit.fenced", !written)
                    .startSpan()
                    .end(now);
        }
    }

    @Override
    public void reclaimed(String kind, long jobs) {
        observer.reclaimed(kind, jobs);
    }

    @Override
    public void renewed(String kind, long lateNanos) {
        observer.renewed(kind, lateNanos);
    }
}
