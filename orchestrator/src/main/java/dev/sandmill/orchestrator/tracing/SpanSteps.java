package dev.sandmill.orchestrator.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A job's steps as spans, up to a bound: a large repository has tens of thousands. The rest is counted and timed as a
/// whole, in attributes of the job's span.
final class SpanSteps implements Steps {
    static final int MOST = 200;

    private final Tracer tracer;
    private final Context job;
    private final AtomicInteger steps = new AtomicInteger();
    private final AtomicLong restNanos = new AtomicLong();

    SpanSteps(Tracer tracer, Context job) {
        this.tracer = tracer;
        this.job = job;
    }

    @Override
    public Step begin(String name) {
        long start = System.nanoTime();
        return () -> past(name, start, System.nanoTime());
    }

    @Override
    public void past(String name, long startNanos, long endNanos) {
        int number = steps.incrementAndGet();
        if (number > MOST) {
            long nanos = restNanos.addAndGet(endNanos - startNanos);
            Span.fromContext(job)
                    .setAttribute("sandmill.steps.untold", number - MOST)
                    .setAttribute("sandmill.steps.untold.millis", nanos / 1_000_000);
            return;
        }
        Instant now = Instant.now();
        long nowNanos = System.nanoTime();
        tracer.spanBuilder(name)
                .setParent(job)
                .setStartTimestamp(now.minus(Duration.ofNanos(nowNanos - startNanos)))
                .startSpan()
                .end(now.minus(Duration.ofNanos(nowNanos - endNanos)));
    }

    @Override
    public void attribute(String key, String value) {
        Span.fromContext(job).setAttribute(key, value);
    }

    @Override
    public @Nullable String traceparent() {
        return Traceparent.of(Span.fromContext(job).getSpanContext());
    }
}
