package dev.sandmill.orchestrator;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A WebSocket client that keeps what it hears. It takes frames only while it is not paused.
final class SocketClientProbe implements WebSocket.Listener, AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final List<JsonNode> frames = new CopyOnWriteArrayList<>();
    private final List<Long> times = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private final boolean takes;
    private @Nullable WebSocket socket;

    private SocketClientProbe(boolean takes) {
        this.takes = takes;
    }

    static SocketClientProbe connect(RunningService service, @Nullable String key) {
        return connect(service, key, null, true);
    }

    /// As a page of this origin.
    static SocketClientProbe connect(RunningService service, String key, @Nullable String origin) {
        return connect(service, key, origin, true);
    }

    /// Reads nothing before it is told to.
    static SocketClientProbe connectPaused(RunningService service, String key) {
        return connect(service, key, null, false);
    }

    private static SocketClientProbe connect(
            RunningService service, @Nullable String key, @Nullable String origin, boolean takes) {
        SocketClientProbe probe = new SocketClientProbe(takes);
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        if (key != null) {
            builder.header("Authorization", "Bearer " + key);
        }
        if (origin != null) {
            builder.header("Origin", origin);
        }
        URI uri = service.uri("/ws");
        probe.socket = builder.buildAsync(URI.create("ws://" + uri.getAuthority() + "/ws"), probe)
                .join();
        return probe;
    }

    @Override
    public void onOpen(WebSocket opened) {
        if (takes) {
            opened.request(1);
        }
    }

    void takeAll() {
        socket().request(Long.MAX_VALUE);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            times.add(System.nanoTime());
            frames.add(MAPPER.readTree(partial.toString()));
            partial.setLength(0);
        }
        if (takes) {
            from.request(1);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closed.completeExceptionally(failure);
    }

    SocketClientProbe say(String json) {
        socket().sendText(json.replace('\'', '"'), true).join();
        return this;
    }

    SocketClientProbe subscribe(String topic) {
        say("{'subscribe':['" + topic + "']}");
        await(frame -> is(frame, topic, "subscribed"));
        return this;
    }

    JsonNode await(Predicate<JsonNode> wanted) {
        return Awaitility.await()
                .alias("the wanted frame among " + frames.size())
                .atMost(Duration.ofSeconds(20))
                .until(() -> frames.stream().filter(wanted).findFirst().orElse(null), java.util.Objects::nonNull);
    }

    JsonNode await(String topic, String type) {
        return await(frame -> is(frame, topic, type));
    }

    private static boolean is(JsonNode frame, String topic, String type) {
        return frame.get("topic").asString().equals(topic)
                && frame.get("type").asString().equals(type);
    }

    List<JsonNode> events(String topic) {
        return frames.stream()
                .filter(frame -> frame.get("topic").asString().equals(topic))
                .filter(frame -> !frame.get("type").asString().equals("subscribed"))
                .toList();
    }

    List<String> types(String topic) {
        return events(topic).stream().map(frame -> frame.get("type").asString()).toList();
    }

    /// How long it took from the first frame of this type to the last, and how many there were.
    List<Long> timesOf(String type) {
        List<Long> all = new ArrayList<>();
        for (int index = 0; index < frames.size(); index++) {
            if (frames.get(index).get("type").asString().equals(type)) {
                all.add(times.get(index));
            }
        }
        return all;
    }

    int closeCode() {
        return closed.orTimeout(40, java.util.concurrent.TimeUnit.SECONDS).join();
    }

    void leave(int code) {
        socket().sendClose(code, "").join();
    }

    private WebSocket socket() {
        return java.util.Objects.requireNonNull(socket);
    }

    @Override
    public void close() {
        socket().abort();
    }
}
