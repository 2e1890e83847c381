package dev.sandmill.orchestrator.tracing;

import dev.sandmill.api.JobKind;
import dev.sandmill.backplane.queue.JobHandler;
import dev.sandmill.backplane.queue.QueueObserver;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import jakarta.servlet.Filter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Where spans are made. Off, everything here hands back what it was given. On, spans leave in the background, from a
/// bounded buffer: a collector that is away costs spans and nothing else.
public final class Tracing implements AutoCloseable {
    public static final Tracing OFF = new Tracing(OpenTelemetry.noop(), null);

    private static final int FLUSH_SECONDS = 3;

    private final Tracer tracer;
    private final @Nullable OpenTelemetrySdk sdk;
    private final JobOfThread lastJob = new JobOfThread();

    private Tracing(OpenTelemetry telemetry, @Nullable OpenTelemetrySdk sdk) {
        this.tracer = telemetry.getTracer("dev.sandmill");
        this.sdk = sdk;
    }

    /// @param variables OpenTelemetry's own, `OTEL_…`; empty is off
    /// @param instance this process among those of the same service
    public static Tracing open(Map<String, String> variables, String instance) {
        if (variables.isEmpty()) {
            return OFF;
        }
        Map<String, String> properties = new HashMap<>();
        properties.put("otel.service.name", "sandmill");
        properties.put("otel.resource.attributes", "service.instance.id=" + instance);
        variables.forEach(
                (name, value) -> properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value));
        properties.put("otel.traces.exporter", "otlp");
        properties.put("otel.exporter.otlp.protocol", "http/protobuf");
        // Metrics are scraped and logs are lines on standard output.
        properties.put("otel.metrics.exporter", "none");
        properties.put("otel.logs.exporter", "none");
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .addPropertiesCustomizer(fromProcess -> properties)
                .disableShutdownHook()
                .build()
                .getOpenTelemetrySdk();
        return new Tracing(sdk, sdk);
    }

    public boolean isOn() {
        return sdk != null;
    }

    /// The span of each request; goes around everything else.
    public Filter requests() {
        return new RequestTraces(tracer);
    }

    /// The same handler in a span of each job.
    public JobHandler around(JobHandler handler) {
        return isOn() ? new TracedHandler(tracer, handler, lastJob) : handler;
    }

    /// The same observer, and spans of what it is told.
    public QueueObserver observing(QueueObserver observer) {
        return isOn() ? new TracedQueue(tracer, observer, lastJob) : observer;
    }

    /// The steps of the job that this thread works on.
    public Steps steps() {
        Context job = Context.current();
        return Span.fromContext(job).isRecording() ? new SpanSteps(tracer, job) : Steps.NONE;
    }

    /// A job on its way into the queue; the span is over once the queue has it.
    public Enqueuing enqueue(JobKind kind) {
        if (!isOn()) {
            return Enqueuing.NONE;
        }
        Span span = tracer.spanBuilder("enqueue " + kind.wireName())
                .setSpanKind(SpanKind.PRODUCER)
                .startSpan();
        Scope scope =
                Context.current().with(span).with(TracedQueue.ENQUEUING, span).makeCurrent();
        return new Enqueuing() {
            @Override
            public @Nullable String traceparent() {
                return Traceparent.of(span.getSpanContext());
            }

            @Override
            public void close() {
                scope.close();
                span.end();
            }
        };
    }

    /// Sends what is left, if that does not take long.
    @Override
    public void close() {
        if (sdk != null) {
            sdk.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
        }
    }
}
