package dev.sandmill.orchestrator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real HTTP server that speaks OpenAI's `POST /embeddings`. It works on as many calls at a time as it has places,
/// each for the same time; the others wait.
public final class EmbeddingEndpoint implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final HttpServer server;
    private final Semaphore places;
    private final long millisPerCall;
    private volatile int textsAtOnce = Integer.MAX_VALUE;
    private int underWay;
    private int mostUnderWay;
    private int largestCall;
    private long texts;
    private final Map<String, Integer> timesSent = new HashMap<>();

    public EmbeddingEndpoint(int places, long millisPerCall) throws IOException {
        this.places = new Semaphore(places, true);
        this.millisPerCall = millisPerCall;
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/embeddings", this::handle);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /// What a service has to be configured with.
    public Map<String, String> settings() {
        return Map.of(
                "EMBEDDER",
                "openai",
                "OPENAI_BASE_URL",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/v1",
                "OPENAI_API_KEY",
                "test");
    }

    /// From now on a call with more texts than these takes as much longer.
    void bear(int texts) {
        textsAtOnce = texts;
    }

    synchronized int mostUnderWay() {
        return mostUnderWay;
    }

    synchronized int largestCall() {
        return largestCall;
    }

    synchronized long texts() {
        return texts;
    }

    /// How often the text that came most often came; those of health probes do not count.
    synchronized int mostTimesSent() {
        return timesSent.entrySet().stream()
                .filter(text -> !text.getKey().equals("health"))
                .mapToInt(Map.Entry::getValue)
                .max()
                .orElse(0);
    }

    private synchronized void count(JsonNode input) {
        input.forEach(text -> timesSent.merge(text.asString(), 1, Integer::sum));
    }

    synchronized void forget() {
        mostUnderWay = underWay;
        largestCall = 0;
        texts = 0;
        timesSent.clear();
    }

    private void handle(HttpExchange exchange) throws IOException {
        List<Object> data = new ArrayList<>();
        JsonNode input =
                MAPPER.readTree(exchange.getRequestBody().readAllBytes()).path("input");
        for (int at = 0; at < input.size(); at++) {
            int hash = input.get(at).asString().hashCode();
            data.add(Map.of("index", at, "embedding", List.of((hash & 0xff) + 1, (hash >> 8 & 0xff) + 1, 1)));
        }
        count(input);
        begin(input.size());
        try (exchange) {
            places.acquire();
            try {
                Thread.sleep(millisPerCall * Math.ceilDiv(input.size(), textsAtOnce));
            } finally {
                places.release();
            }
            byte[] answer = MAPPER.writeValueAsString(Map.of("data", data)).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private synchronized void begin(int textsOfCall) {
        underWay++;
        mostUnderWay = Math.max(mostUnderWay, underWay);
        largestCall = Math.max(largestCall, textsOfCall);
        texts += textsOfCall;
    }

    private synchronized void end() {
        underWay--;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
