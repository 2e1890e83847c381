package dev.sandmill.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTest {
    @TempDir
    Path state;

    @ParameterizedTest
    @CsvSource({"1,yes", "8080,yes", "65535,yes", "0,no", "65536,no", "-1,no", "080,no", "http,no", "8 0,no", "'',no"})
    void aPortIsANumberFrom1To65535(String text, String expected) {
        assertThat(new Shell(state)
                        .run("if is_port \"$1\"; then echo yes; else echo no; fi", text)
                        .out())
                .isEqualTo(expected);
    }

    @Test
    void aPortAnswersWhenSomebodyListensThere() throws IOException {
        int port;
        Shell.Result open;
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
            open = new Shell(state).run("port_answers 127.0.0.1 \"$1\"", Integer.toString(port));
        }
        Shell.Result closed = new Shell(state).run("port_answers 127.0.0.1 \"$1\"", Integer.toString(port));

        assertThat(open.exitCode()).isZero();
        assertThat(closed.exitCode()).isNotZero();
    }

    @Test
    void aFreePortIsOneThatCanBeBoundAndLiesBelowTheOutgoingOnes() throws IOException {
        int port = Integer.parseInt(new Shell(state).run("free_port").out());

        assertThat(port).isBetween(20_000, 31_999);
        try (ServerSocket server = new ServerSocket(port, 5, InetAddress.getLoopbackAddress())) {
            assertThat(server.isBound()).isTrue();
        }
    }

    @Test
    void aPortThatIsTakenIsPassedOver() throws IOException {
        // The random numbers are fixed, so the first choice is known and taken.
        String script = "RANDOM=7; free_port";
        int first = Integer.parseInt(new Shell(state).run(script).out());
        try (ServerSocket server = new ServerSocket(first, 5, InetAddress.getLoopbackAddress())) {
            assertThat(server.isBound()).isTrue();
            assertThat(new Shell(state).run(script).out()).isNotEqualTo(Integer.toString(first));
        }
    }

    @Test
    void theStatusOfAnHttpAnswerIsRead() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> request = answerOnce(server, "HTTP/1.1 503 Service Unavailable\r\n\r\n");
            Shell.Result result = new Shell(state)
                    .run("http_status 127.0.0.1 \"$1\" /readyz", Integer.toString(server.getLocalPort()));

            assertThat(result.out()).isEqualTo("503");
            assertThat(request.join()).isEqualTo("GET /readyz HTTP/1.1");
        }
    }

    @Test
    void whatIsNotHttpHasNoStatus() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            answerOnce(server, "-ERR unknown command\r\n");
            Shell.Result result = new Shell(state)
                    .run("http_status 127.0.0.1 \"$1\" /readyz", Integer.toString(server.getLocalPort()));

            assertThat(result.out()).isEmpty();
            assertThat(result.exitCode()).isNotZero();
        }
    }

    @Test
    void redisIsAskedInItsOwnProtocolWithThePasswordFirst() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<List<String>> seen = CompletableFuture.supplyAsync(() -> {
                try (Socket socket = server.accept()) {
                    BufferedReader in =
                            new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                    List<String> lines = new ArrayList<>();
                    while (lines.size() < 5) {
                        lines.add(in.readLine());
                    }
                    socket.getOutputStream().write("+OK\r\n".getBytes(StandardCharsets.UTF_8));
                    while (lines.size() < 8) {
                        lines.add(in.readLine());
                    }
                    socket.getOutputStream().write("+PONG\r\n".getBytes(StandardCharsets.UTF_8));
                    return lines;
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            Shell.Result result = new Shell(state)
                    .run("redis_ping 127.0.0.1 \"$1\" '' 'pä ss'", Integer.toString(server.getLocalPort()));

            assertThat(result.out()).isEqualTo("+PONG");
            assertThat(seen.join()).containsExactly("*2", "$4", "AUTH", "$6", "pä ss", "*1", "$4", "PING");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "redis://h, h 6379 [] []",
        "redis://h:7000/2, h 7000 [] []",
        "redis://:p@h:1, h 1 [] [p]",
        "redis://u:p%40%2Fx@h, h 6379 [u] [p@/x]",
        "redis://p@h, h 6379 [] [p]",
        "redis://u:p@[::1]:5, ::1 5 [u] [p]",
        "rediss://h, h 6379 [] []",
        "http://h, unreadable",
        "redis://, unreadable"
    })
    void aRedisUrlIsTakenApart(String url, String parts) {
        String script =
                "if parse_redis_url \"$1\"; then echo \"$REDIS_HOST $REDIS_PORT [$REDIS_USER] [$REDIS_PASSWORD]\"; else echo unreadable; fi";

        assertThat(new Shell(state).run(script, url).out()).isEqualTo(parts);
    }

    @Test
    void aRedisUrlIsShownWithoutItsSecret() {
        assertThat(new Shell(state)
                        .run("redis_url_without_secret \"$1\"", "redis://u:hunter2@h:6379/1")
                        .out())
                .isEqualTo("redis://***@h:6379/1");
    }

    private static CompletableFuture<String> answerOnce(ServerSocket server, String answer) {
        return CompletableFuture.supplyAsync(() -> {
            try (Socket socket = server.accept()) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                String request = in.readLine();
                // All of it, because closing a socket with unread bytes may lose the answer.
                for (String line = request; line != null && !line.isEmpty(); ) {
                    line = in.readLine();
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                return request;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }
}
