package dev.sandmill.vectorizer.embed.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real HTTP server with an embeddings endpoint. It answers as it is told to; well, if it is told nothing: a text's
/// vector is its length and 1, in base64.
final class MisbehavingEndpoint implements AutoCloseable {
    static final String KEY = "sk-secret-0123456789";

    final List<Call> calls = new ArrayList<>();
    final AtomicInteger underWay = new AtomicInteger();
    volatile int mostUnderWay;

    private final HttpServer server;
    private volatile Answering answering = Call::well;

    MisbehavingEndpoint() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/embeddings", this::handle);
        server.start();
    }

    RemoteModel model(int parallelism, int batchSize) {
        return new RemoteModel(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1"),
                KEY,
                "test-model",
                parallelism,
                batchSize,
                Duration.ofSeconds(30),
                Duration.ofMillis(2));
    }

    void answer(Answering how) {
        answering = how;
    }

    private void handle(HttpExchange exchange) throws IOException {
        Call call;
        synchronized (this) {
            mostUnderWay = Math.max(mostUnderWay, underWay.incrementAndGet());
            call = new Call(exchange, calls.size() + 1, System.nanoTime());
            calls.add(call);
        }
        try (exchange) {
            answering.answer(call);
        } finally {
            underWay.decrementAndGet();
        }
    }

    synchronized int count() {
        return calls.size();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    @FunctionalInterface
    interface Answering {
        void answer(Call call) throws IOException;
    }

    /// One request.
    ///
    /// @param number from 1
    record Call(HttpExchange exchange, int number, long atNanos, List<String> texts, JsonNode body) {
        Call(HttpExchange exchange, int number, long atNanos) throws IOException {
            this(
                    exchange,
                    number,
                    atNanos,
                    new ArrayList<>(),
                    JsonMapper.builder()
                            .build()
                            .readTree(exchange.getRequestBody().readAllBytes()));
            body.path("input").forEach(text -> texts.add(text.asString()));
        }

        void well() throws IOException {
            List<Object> data = new ArrayList<>();
            for (int at = texts.size() - 1; at >= 0; at--) {
                data.add(item(at, texts.get(at).length(), 1));
            }
            send(200, data);
        }

        static Map<String, Object> item(int index, float... numbers) {
            ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (float number : numbers) {
                bytes.putFloat(number);
            }
            return Map.of("index", index, "embedding", Base64.getEncoder().encodeToString(bytes.array()));
        }

        void send(int status, List<Object> data) throws IOException {
            send(status, JsonMapper.builder().build().writeValueAsString(Map.of("data", data)));
        }

        void send(int status, String body) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
