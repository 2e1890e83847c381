package dev.sandmill.bench;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.json.JobJson;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedDeque;

/// Requests over plain sockets that are kept open, written beforehand, their answers looked at and not
/// parsed. It shares the server's processors, so what it saves is the server's; what it leaves out, a
/// caller's own client adds.
final class PlainCalls implements AutoCloseable {
    private static final int LARGEST_ANSWER = 1 << 20;
    /// A server closes what nobody used for some time; a request that meets that would fail for nothing.
    private static final long KEPT_NANOS = Duration.ofSeconds(5).toNanos();

    private final URI base;
    private final String key;
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

    PlainCalls(URI base, String key) {
        this.base = base;
        this.key = key;
    }

    /// `POST /v1/jobs?wait=60000` of this program, ready to be sent any number of times.
    Measure.Run execution(TinyProgram program, Isolation isolation, CacheMode cache) {
        byte[] body = new JobJson(Limits.DEFAULT, Limits.DEFAULT)
                .writeRequest(program.request(isolation, cache))
                .getBytes(StandardCharsets.UTF_8);
        byte[] request = request("POST /v1/jobs?wait=60000", body);
        return () -> check(exchange(request));
    }

    /// Any other call, whose answer has to be of this status and to hold this text.
    ///
    /// @param line method and path
    Measure.Run call(String line, String json, int status, String text) {
        byte[] request = request(line, json.getBytes(StandardCharsets.UTF_8));
        return () -> {
            String answer = exchange(request);
            if (!answer.startsWith("HTTP/1.1 " + status + " ") || !answer.contains(text)) {
                throw new IllegalStateException(line + " answered " + answer);
            }
        };
    }

    private byte[] request(String line, byte[] body) {
        String head = line + " HTTP/1.1\r\nHost: " + base.getAuthority() + "\r\nAuthorization: Bearer " + key + "\r\n"
                + (body.length == 0 ? "" : "Content-Type: application/json\r\n") + "Content-Length: " + body.length
                + "\r\n\r\n";
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[start.length + body.length];
        System.arraycopy(start, 0, request, 0, start.length);
        System.arraycopy(body, 0, request, start.length, body.length);
        return request;
    }

    private static void check(String answer) {
        if (!answer.startsWith("HTTP/1.1 200 ")
                || !answer.contains("\"status\":\"ok\"")
                || !answer.contains("\"stdout\":\"4950\\n\"")) {
            throw new IllegalStateException("a run answered " + answer);
        }
    }

    private String exchange(byte[] request) throws IOException {
        Connection connection = open();
        try {
            String answer = connection.exchange(request);
            if (connection.isKept()) {
                idle.push(connection);
            } else {
                connection.close();
            }
            return answer;
        } catch (IOException | RuntimeException broken) {
            connection.close();
            throw broken;
        }
    }

    private Connection open() throws IOException {
        for (Connection connection = idle.poll(); connection != null; connection = idle.poll()) {
            if (System.nanoTime() - connection.usedNanos < KEPT_NANOS) {
                return connection;
            }
            connection.close();
        }
        return new Connection(new Socket(base.getHost(), base.getPort()));
    }

    @Override
    public void close() throws IOException {
        for (Connection connection = idle.poll(); connection != null; connection = idle.poll()) {
            connection.close();
        }
    }

    private static final class Connection implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;
        private final byte[] answer = new byte[LARGEST_ANSWER];
        private boolean kept = true;
        private long usedNanos;

        Connection(Socket socket) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            socket.setTcpNoDelay(true);
        }

        boolean isKept() {
            return kept;
        }

        String exchange(byte[] request) throws IOException {
            socket.getOutputStream().write(request);
            int size = 0;
            int whole = -1;
            while (whole < 0 || size < whole) {
                int count = in.read(answer, size, answer.length - size);
                if (count <= 0) {
                    throw new EOFException("the answer broke off after " + size + " bytes");
                }
                size += count;
                if (whole < 0) {
                    whole = wholeSize(size);
                }
            }
            usedNanos = System.nanoTime();
            return new String(answer, 0, size, StandardCharsets.UTF_8);
        }

        /// -1 while the head is not all there.
        private int wholeSize(int size) throws IOException {
            String text = new String(answer, 0, size, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                return -1;
            }
            String head = text.substring(0, end + 2).toLowerCase(Locale.ROOT);
            kept = !head.contains("\r\nconnection: close\r\n");
            if (head.startsWith("http/1.1 204 ")) {
                return end + 4;
            }
            int length = head.indexOf("\r\ncontent-length: ");
            if (length < 0) {
                throw new IOException("the answer does not say how long it is: " + head);
            }
            int from = length + "\r\ncontent-length: ".length();
            return end + 4 + Integer.parseInt(head.substring(from, head.indexOf('\r', from)));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
