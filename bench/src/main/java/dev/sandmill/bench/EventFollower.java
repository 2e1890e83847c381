package dev.sandmill.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A client that follows its tenant's jobs over a WebSocket of its own, and how long each event took to it.
final class EventFollower implements WebSocket.Listener, AutoCloseable {
    private static final Pattern EVENT =
            Pattern.compile("\"type\":\"(accepted|started|finished)\".*?\"at\":\"([^\"]+)\"", Pattern.DOTALL);

    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final AtomicInteger events = new AtomicInteger();
    private final StringBuilder frame = new StringBuilder();
    private final CompletableFuture<Void> subscribed = new CompletableFuture<>();
    private volatile boolean counting;
    private final WebSocket socket;

    EventFollower(HttpClient http, URI base, String key) {
        this.socket = http.newWebSocketBuilder()
                .header("Authorization", "Bearer " + key)
                .connectTimeout(Duration.ofSeconds(10))
                .buildAsync(URI.create("ws" + base.toString().substring("http".length()) + "/ws"), this)
                .join();
        socket.sendText("{\"subscribe\":[\"jobs\"]}", true).join();
    }

    void awaitSubscribed() {
        subscribed.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /// From now on events are timed, and counted from none.
    void begin() {
        events.set(0);
        counting = true;
    }

    int events() {
        return events.get();
    }

    ConcurrentLinkedQueue<Long> nanos() {
        return nanos;
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence part, boolean last) {
        frame.append(part);
        if (last) {
            Instant now = Instant.now();
            String text = frame.toString();
            frame.setLength(0);
            if (text.contains("\"type\":\"subscribed\"")) {
                subscribed.complete(null);
            }
            Matcher event = EVENT.matcher(text);
            if (event.find()) {
                if (counting) {
                    nanos.add(Math.max(
                            0,
                            Duration.between(Instant.parse(event.group(2)), now).toNanos()));
                }
                events.incrementAndGet();
            }
        }
        webSocket.request(1);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        subscribed.completeExceptionally(error);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
