package dev.sandmill.orchestrator.http;

import dev.sandmill.orchestrator.problem.ApiProblem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/// Bounds every request body, also one of unknown length, and refuses what is not JSON where JSON is expected.
public final class BodyFilter extends OncePerRequestFilter {
    static final long LARGEST_JSON = 32L << 20;
    static final long LARGEST_WEBHOOK = 25L << 20;
    static final long LARGEST_SESSION_FILE = 8L << 20;
    private static final Pattern SESSION_FILE = Pattern.compile("/v1/sessions/[^/]+/files/.*", Pattern.DOTALL);

    private final HandlerExceptionResolver problems;

    public BodyFilter(HandlerExceptionResolver problems) {
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean webhook = request.getServletPath().startsWith("/webhooks/");
        boolean file = SESSION_FILE.matcher(request.getServletPath()).matches();
        long most = webhook ? LARGEST_WEBHOOK : file ? LARGEST_SESSION_FILE : LARGEST_JSON;
        if (request.getContentLengthLong() > most) {
            problems.resolveException(request, response, null, tooLarge(most));
            return;
        }
        boolean hasBody = request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
        if (hasBody && !file && request.getServletPath().startsWith("/v1/") && !isJson(request.getContentType())) {
            problems.resolveException(
                    request,
                    response,
                    null,
                    ApiProblem.unsupportedMediaType("the body's Content-Type has to be application/json, not '"
                            + request.getContentType() + "'"));
            return;
        }
        chain.doFilter(new Bounded(request, most), response);
    }

    private static boolean isJson(@org.jspecify.annotations.Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.equals("application/json") || (type.startsWith("application/") && type.endsWith("+json"));
    }

    private static ApiProblem tooLarge(long most) {
        return ApiProblem.tooLarge("the body is larger than the " + most + " bytes that this call takes");
    }

    private static final class Bounded extends HttpServletRequestWrapper {
        private final long most;

        Bounded(HttpServletRequest request, long most) {
            super(request);
            this.most = most;
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            return new BoundedInput(super.getInputStream(), most);
        }
    }

    private static final class BoundedInput extends ServletInputStream {
        private final ServletInputStream input;
        private final long most;
        private long read;

        BoundedInput(ServletInputStream input, long most) {
            this.input = input;
            this.most = most;
        }

        @Override
        public int read() throws IOException {
            int value = input.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = input.read(bytes, offset, length);
            count(Math.max(count, 0));
            return count;
        }

        private void count(int bytes) {
            read += bytes;
            if (read > most) {
                throw tooLarge(most);
            }
        }

        @Override
        public boolean isFinished() {
            return input.isFinished();
        }

        @Override
        public boolean isReady() {
            return input.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            input.setReadListener(listener);
        }
    }
}
