package dev.sandmill.orchestrator.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/// Refuses requests beyond their key's rate, before anything of them is read.
public final class RateFilter extends OncePerRequestFilter {
    private final RateLimit limit;
    private final HandlerExceptionResolver problems;

    public RateFilter(RateLimit limit, HandlerExceptionResolver problems) {
        this.limit = limit;
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getAttribute(BearerFilter.CALLER) instanceof Caller caller) {
            try {
                limit.admitRequest(caller);
            } catch (RuntimeException refused) {
                problems.resolveException(request, response, null, refused);
                return;
            }
        }
        chain.doFilter(request, response);
    }
}
