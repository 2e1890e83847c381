package dev.sandmill.orchestrator.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Set;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/// The span of a request, in the trace that its `traceparent` names. A header that is none begins a trace.
final class RequestTraces extends OncePerRequestFilter {
    /// Anything else that a client calls a method is one name.
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final Tracer tracer;

    RequestTraces(Tracer tracer) {
        this.tracer = tracer;
    }

    /// Probes and scrapes come all day.
    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = request.getServletPath();
        return path.equals("/livez") || path.equals("/readyz") || path.startsWith("/actuator");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String method = METHODS.contains(request.getMethod()) ? request.getMethod() : "_OTHER";
        Context caller = Traceparent.read(
                Traceparent.of(request.getHeader("traceparent"), Collections.list(request.getHeaders("tracestate"))));
        Span span = tracer.spanBuilder(method)
                .setParent(caller)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute("http.request.method", method)
                .startSpan();
        LoggedSpan.begin(span);
        try (Scope _ = caller.with(span).makeCurrent()) {
            chain.doFilter(request, response);
        } catch (IOException | ServletException | RuntimeException | Error broken) {
            span.setStatus(StatusCode.ERROR, broken.getClass().getSimpleName());
            throw broken;
        } finally {
            tell(span, method, request, response);
            LoggedSpan.end();
            span.end();
        }
    }

    private static void tell(Span span, String method, HttpServletRequest request, HttpServletResponse response) {
        if (request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) instanceof String route) {
            span.updateName(method + " " + route).setAttribute("http.route", route);
        }
        String id = response.getHeader("X-Request-Id");
        if (id != null) {
            span.setAttribute("sandmill.request.id", id);
        }
        int status = response.getStatus();
        span.setAttribute("http.response.status_code", status);
        if (status >= 500) {
            span.setStatus(StatusCode.ERROR);
        }
    }
}
