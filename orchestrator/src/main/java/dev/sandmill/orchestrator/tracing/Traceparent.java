package dev.sandmill.orchestrator.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A place in a trace as one line of text, after [W3C Trace Context](https://www.w3.org/TR/trace-context/).
/// The vendors' `tracestate` does not go through the queue.
final class Traceparent {
    private static final TextMapGetter<String> ITSELF = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String text) {
            return List.of("traceparent");
        }

        @Override
        public @Nullable String get(@Nullable String text, String key) {
            return key.toLowerCase(Locale.ROOT).equals("traceparent") ? text : null;
        }
    };

    private Traceparent() {}

    static @Nullable String of(SpanContext span) {
        return span.isValid()
                ? "00-" + span.getTraceId() + "-" + span.getSpanId() + "-"
                        + span.getTraceFlags().asHex()
                : null;
    }

    /// The root for a text that is none; who wrote it may be anybody.
    static Context read(@Nullable String text) {
        return text == null
                ? Context.root()
                : W3CTraceContextPropagator.getInstance().extract(Context.root(), text, ITSELF);
    }

    static boolean isValid(Context context) {
        return Span.fromContext(context).getSpanContext().isValid();
    }
}
