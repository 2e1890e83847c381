package dev.sandmill.orchestrator.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A place in a trace as one line of text, after [W3C Trace Context](https://www.w3.org/TR/trace-context/): the
/// `traceparent`, and where vendors have added something a space and their `tracestate`.
final class Traceparent {
    /// A longer one may be left out, says the standard; what is left is still the same trace.
    private static final int MAX_STATE_CHARACTERS = 512;

    private static final TextMapGetter<String> ITSELF = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String text) {
            return List.of("traceparent", "tracestate");
        }

        @Override
        public @Nullable String get(@Nullable String text, String key) {
            if (text == null) {
                return null;
            }
            int space = text.indexOf(' ');
            return switch (key.toLowerCase(Locale.ROOT)) {
                case "traceparent" -> space < 0 ? text : text.substring(0, space);
                case "tracestate" -> space < 0 ? null : text.substring(space + 1);
                default -> null;
            };
        }
    };

    private Traceparent() {}

    static @Nullable String of(SpanContext span) {
        if (!span.isValid()) {
            return null;
        }
        StringBuilder state = new StringBuilder();
        span.getTraceState()
                .forEach((vendor, value) -> state.append(state.isEmpty() ? "" : ",")
                        .append(vendor)
                        .append('=')
                        .append(value));
        return joined(
                "00-" + span.getTraceId() + "-" + span.getSpanId() + "-"
                        + span.getTraceFlags().asHex(),
                state.toString());
    }

    /// The two headers of a request as one text; null without the first.
    static @Nullable String of(@Nullable String traceparent, List<String> states) {
        return traceparent == null ? null : joined(traceparent.strip(), String.join(",", states));
    }

    private static String joined(String traceparent, String state) {
        return state.isBlank() || state.length() > MAX_STATE_CHARACTERS
                ? traceparent
                : traceparent + " " + state.strip();
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
