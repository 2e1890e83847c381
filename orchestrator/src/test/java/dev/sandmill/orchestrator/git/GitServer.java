package dev.sandmill.orchestrator.git;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/// A git server on a port of this machine that says what a test wants, until it is told to be an ordinary one.
final class GitServer implements AutoCloseable {
    static final String COMMIT = "1234567890123456789012345678901234567890";
    private static final String REFS_TYPE = "application/x-git-upload-pack-advertisement";
    private static final String PACK_TYPE = "application/x-git-upload-pack-result";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Answer answer;

    private GitServer(HttpServer server, Answer answer) {
        this.server = server;
        this.answer = answer;
    }

    @FunctionalInterface
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    @FunctionalInterface
    interface Body {
        void to(OutputStream out) throws IOException;
    }

    static GitServer start(Answer answer) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        GitServer started = new GitServer(http, answer);
        http.setExecutor(started.threads);
        http.createContext("/", exchange -> {
            started.requests.incrementAndGet();
            try (exchange) {
                started.answer.to(exchange);
            }
        });
        http.start();
        return started;
    }

    void become(Answer other) {
        answer = other;
    }

    int requests() {
        return requests.get();
    }

    Remote.Network remote() {
        return new Remote.Network("http://127.0.0.1:" + server.getAddress().getPort() + "/code.git", "127.0.0.1");
    }

    /// One branch, and what comes after the server's `NAK`.
    static Answer sending(Body afterNak) {
        return exchange -> {
            if (exchange.getRequestMethod().equals("GET")) {
                refs(exchange, false, out -> {
                    out.write(line(
                            COMMIT + " HEAD\0multi_ack_detailed side-band-64k ofs-delta symref=HEAD:refs/heads/main"));
                    out.write(line(COMMIT + " refs/heads/main\n"));
                    out.write("0000".getBytes(StandardCharsets.US_ASCII));
                });
            } else {
                exchange.getRequestBody().readAllBytes();
                exchange.getResponseHeaders().add("Content-Type", PACK_TYPE);
                exchange.sendResponseHeaders(200, 0);
                OutputStream out = exchange.getResponseBody();
                out.write(line("NAK\n"));
                afterNak.to(out);
            }
        };
    }

    /// A pack, whole.
    static Answer sendingPack(byte[] pack) {
        return sending(out -> {
            for (int at = 0; at < pack.length; at += 8_000) {
                out.write(band(1, pack, at, Math.min(8_000, pack.length - at)));
            }
            out.write("0000".getBytes(StandardCharsets.US_ASCII));
        });
    }

    static void refs(HttpExchange exchange, boolean compressed, Body refs) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", REFS_TYPE);
        if (compressed) {
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
        }
        exchange.sendResponseHeaders(200, 0);
        OutputStream plain = exchange.getResponseBody();
        OutputStream out = compressed ? new GZIPOutputStream(plain, 8_192, true) : plain;
        out.write(line("# service=git-upload-pack\n"));
        out.write("0000".getBytes(StandardCharsets.US_ASCII));
        refs.to(out);
        out.close();
    }

    static byte[] line(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return (String.format("%04x", bytes.length + 4) + text).getBytes(StandardCharsets.UTF_8);
    }

    /// A packet of a side band: 1 for the pack, 2 for messages.
    static byte[] band(int number, byte[] bytes, int from, int count) {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.writeBytes(String.format("%04x", count + 5).getBytes(StandardCharsets.US_ASCII));
        packet.write(number);
        packet.write(bytes, from, count);
        return packet.toByteArray();
    }

    /// The real `git http-backend`.
    static Answer ordinary(Path repository) {
        return exchange -> {
            ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
            String path = exchange.getRequestURI().getPath().replaceFirst("^/code\\.git", "/.git");
            String query = exchange.getRequestURI().getRawQuery();
            builder.environment()
                    .putAll(Map.of(
                            "GIT_PROJECT_ROOT", repository.toString(),
                            "GIT_HTTP_EXPORT_ALL", "1",
                            "REQUEST_METHOD", exchange.getRequestMethod(),
                            "PATH_INFO", path,
                            "QUERY_STRING", query == null ? "" : query,
                            "CONTENT_TYPE", header(exchange, "Content-Type"),
                            "HTTP_CONTENT_ENCODING", header(exchange, "Content-Encoding"),
                            "GIT_PROTOCOL", header(exchange, "Git-Protocol")));
            Process git = builder.start();
            try (OutputStream in = git.getOutputStream()) {
                exchange.getRequestBody().transferTo(in);
            }
            byte[] answered = git.getInputStream().readAllBytes();
            String text = new String(answered, StandardCharsets.ISO_8859_1);
            int head = text.indexOf("\r\n\r\n");
            text.substring(0, head).lines().forEach(line -> {
                String[] parts = line.split(": ", 2);
                exchange.getResponseHeaders().add(parts[0], parts[1]);
            });
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(answered, head + 4, answered.length - head - 4);
        };
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
