package dev.sandmill.orchestrator.tracing;

import io.opentelemetry.api.trace.Span;
import org.slf4j.MDC;

/// A span's names in every log line of its thread, as the Elastic Common Schema calls them.
final class LoggedSpan {
    private static final String TRACE = "trace.id";
    private static final String SPAN = "span.id";

    private LoggedSpan() {}

    static void begin(Span span) {
        MDC.put(TRACE, span.getSpanContext().getTraceId());
        MDC.put(SPAN, span.getSpanContext().getSpanId());
    }

    static void end() {
        MDC.remove(TRACE);
        MDC.remove(SPAN);
    }
}
