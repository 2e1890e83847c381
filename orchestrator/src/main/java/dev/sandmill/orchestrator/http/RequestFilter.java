package dev.sandmill.orchestrator.http;

import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.BearerFilter;
import dev.sandmill.orchestrator.security.Caller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/// The outermost step of every request: gives it an id, sets the headers that every answer has, and logs one line
/// when it is answered.
public final class RequestFilter extends OncePerRequestFilter {
    private static final Logger log = LoggerFactory.getLogger(RequestFilter.class);
    private static final Pattern ID_SHAPE = Pattern.compile("[\\x21-\\x7e]{1,128}");

    private final HandlerExceptionResolver problems;
    private final AtomicInteger active = new AtomicInteger();

    public RequestFilter(HandlerExceptionResolver problems) {
        this.problems = problems;
    }

    public int activeRequests() {
        return active.get();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String given = request.getHeader("X-Request-Id");
        boolean wellFormed = given != null && ID_SHAPE.matcher(given).matches();
        String id = wellFormed ? given : UUID.randomUUID().toString();
        long start = System.nanoTime();
        active.incrementAndGet();
        MDC.put("request_id", id);
        response.setHeader("X-Request-Id", id);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Cache-Control", "no-store");
        try {
            if (given != null && !wellFormed) {
                problems.resolveException(
                        request,
                        response,
                        null,
                        ApiProblem.badField(
                                "X-Request-Id", "X-Request-Id has to be 1 to 128 visible ASCII characters"));
                return;
            }
            chain.doFilter(request, response);
        } finally {
            active.decrementAndGet();
            long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
            log.atLevel(levelOf(request))
                    .addKeyValue("tenant", tenantOf(request))
                    .addKeyValue("http_status", response.getStatus())
                    .addKeyValue("http_millis", millis)
                    .log("{} {}", request.getMethod(), printable(request.getRequestURI()));
            MDC.remove("request_id");
            MDC.remove("job_id");
        }
    }

    /// Probes and scrapes come all day; they are told only to those who want every detail.
    private static Level levelOf(HttpServletRequest request) {
        String path = request.getServletPath();
        boolean probe = path.equals("/livez") || path.equals("/readyz") || path.startsWith("/actuator");
        return probe ? Level.DEBUG : Level.INFO;
    }

    private static @Nullable String tenantOf(HttpServletRequest request) {
        return request.getAttribute(BearerFilter.CALLER) instanceof Caller caller ? caller.tenant() : null;
    }

    private static String printable(String path) {
        String cut = path.length() > 200 ? path.substring(0, 200) + "…" : path;
        return cut.replaceAll("[\\p{Cntrl}]", "?");
    }
}
