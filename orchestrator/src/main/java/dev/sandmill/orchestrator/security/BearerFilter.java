package dev.sandmill.orchestrator.security;

import dev.sandmill.orchestrator.problem.ApiProblem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/// Lets a request through when its bearer key is known, and says whose it is. Liveness, readiness and signed
/// webhooks need no key, nor do the console's static files; a WebSocket without the header shows its key later.
public final class BearerFilter extends OncePerRequestFilter {
    public static final String CALLER = BearerFilter.class.getName() + ".caller";
    private static final String SCHEME = "Bearer ";

    private final KeyRegistry keys;
    private final HandlerExceptionResolver problems;

    public BearerFilter(KeyRegistry keys, HandlerExceptionResolver problems) {
        this.keys = keys;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = request.getServletPath();
        boolean needsKey = path.startsWith("/v1/")
                || path.equals("/v1")
                || path.startsWith("/actuator")
                || (path.equals("/ws") && request.getHeader("Authorization") != null)
                || path.startsWith("/openapi");
        return !needsKey || "OPTIONS".equals(request.getMethod());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<Caller> caller;
        try {
            caller = authenticate(request);
        } catch (RuntimeException keysUnreadable) {
            problems.resolveException(request, response, null, keysUnreadable);
            return;
        }
        if (caller.isEmpty()) {
            response.setHeader("WWW-Authenticate", "Bearer realm=\"sandmill\"");
            problems.resolveException(
                    request,
                    response,
                    null,
                    ApiProblem.unauthorized("the request needs a known key: Authorization: Bearer KEY"));
            return;
        }
        request.setAttribute(CALLER, caller.get());
        MDC.put("tenant", caller.get().tenant());
        try {
            chain.doFilter(request, response);
        } finally {
            MDC.remove("tenant");
        }
    }

    private Optional<Caller> authenticate(HttpServletRequest request) {
        return keyOf(request).flatMap(keys::callerOf);
    }

    /// The key that a request shows.
    public static Optional<String> keyOf(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        return Optional.of(header.substring(SCHEME.length()).strip());
    }
}
