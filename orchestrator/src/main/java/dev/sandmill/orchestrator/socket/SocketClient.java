package dev.sandmill.orchestrator.socket;

import dev.sandmill.api.json.InvalidJson;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.api.text.Spelled;
import dev.sandmill.backplane.queue.QueueUnavailable;
import dev.sandmill.backplane.redis.RedisUnavailable;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.Caller;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.websocket.Constants;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection. What the client says is answered into a bounded queue; a thread of its own sends answers and events
/// one after the other.
final class SocketClient extends Endpoint implements EventDelivery.Taker {
    private static final Logger log = LoggerFactory.getLogger(SocketClient.class);
    private static final long TICK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int ANSWERS_WAITING = 256;

    private final SocketClients room;
    private final SocketLimits limits;
    private final Frames frames;
    private final StrictJson json;
    private final Subscriptions subscriptions;
    private final EventDelivery delivery;
    private final Semaphore work = new Semaphore(0);
    private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(ANSWERS_WAITING);
    private final long openedAt = System.nanoTime();
    private volatile @Nullable Caller caller;
    private volatile String key;
    private volatile @Nullable Session session;
    private volatile @Nullable CloseReason ending;
    private volatile boolean gone;
    private volatile long heardAt = openedAt;
    private long pingAt;

    SocketClient(
            SocketClients room,
            SocketLimits limits,
            Frames frames,
            StrictJson json,
            @Nullable Caller caller,
            String key) {
        this.room = room;
        this.limits = limits;
        this.frames = frames;
        this.json = json;
        this.caller = caller;
        this.key = key;
        this.subscriptions = room.subscriptions(work::release);
        this.delivery = new EventDelivery(
                room.topics(),
                room.meter(),
                frames,
                subscriptions,
                new ProgressPace(limits.progressInterval(), openedAt),
                this,
                work::release);
        this.pingAt = openedAt + limits.ping().toNanos();
    }

    /// Whether it has not shown a key yet.
    boolean isStranger() {
        return caller == null;
    }

    /// Closes once what is being sent is sent.
    void end(CloseReason.CloseCode code, String why) {
        if (ending == null) {
            ending = new CloseReason(code, why);
        }
        work.release();
    }

    // ---- what the container calls ----

    @Override
    public void onOpen(Session opened, EndpointConfig configuration) {
        opened.getUserProperties()
                .put(
                        Constants.BLOCKING_SEND_TIMEOUT_PROPERTY,
                        limits.stuckSend().toMillis());
        opened.addMessageHandler(String.class, this::onText);
        opened.addMessageHandler(PongMessage.class, _ -> heardAt = System.nanoTime());
        opened.addMessageHandler(
                ByteBuffer.class, _ -> end(CloseCodes.CANNOT_ACCEPT, "frames are JSON objects as text"));
        session = opened;
        if (!room.enter(this)) {
            end(CloseCodes.TRY_AGAIN_LATER, "this process serves as many clients as it can");
        }
        Thread.ofVirtual().name("socket-" + opened.getId()).start(this::serve);
    }

    @Override
    public void onClose(Session closed, CloseReason reason) {
        gone = true;
        room.meter().closed(reason.getCloseCode().getCode());
        work.release();
    }

    @Override
    public void onError(Session broken, Throwable failure) {
        log.debug("a WebSocket client's connection broke: {}", failure.toString());
    }

    private void onText(String text) {
        heardAt = System.nanoTime();
        try {
            obey(json.read(text.getBytes(StandardCharsets.UTF_8), ClientFrame.class));
        } catch (InvalidJson invalid) {
            answer(frames.error("", ApiProblem.badRequest("the frame is invalid: " + invalid.getMessage())));
        } catch (ApiProblem refused) {
            answer(frames.error("", refused));
        } catch (RedisUnavailable | QueueUnavailable away) {
            answer(frames.error("", unavailable(away)));
        }
    }

    // ---- what the client wants ----

    private void obey(ClientFrame frame) {
        Caller known = caller;
        if (known == null) {
            Optional<Caller> shown =
                    frame.key() == null ? Optional.empty() : room.keys().callerOf(frame.key());
            if (shown.isEmpty()) {
                end(CloseCodes.VIOLATED_POLICY, "the first frame has to show a known key");
                return;
            }
            key = Objects.requireNonNull(frame.key());
            known = shown.get();
            caller = known;
            answer(frames.welcome());
        } else if (frame.key() != null) {
            throw ApiProblem.badField("key", "this connection has shown its key already");
        }
        room.rates().admitRequest(known);
        List<String> unsubscribe = Objects.requireNonNullElse(frame.unsubscribe(), List.of());
        List<String> subscribe = Objects.requireNonNullElse(frame.subscribe(), List.of());
        if (frame.after() != null && subscribe.isEmpty()) {
            throw ApiProblem.badField("after", "after goes with subscribe");
        }
        for (String name : unsubscribe) {
            subscriptions.remove(name);
            delivery.outdate(name);
            answer(frames.unsubscribed(name));
        }
        for (String name : subscribe) {
            subscribe(known, name, frame.after());
        }
    }

    private void subscribe(Caller known, String name, @Nullable Long after) {
        try {
            Subscription made = subscriptions.make(known, name, after);
            answer(frames.subscribed(name, made.cursor()));
            subscriptions.add(made);
            if (gone) {
                subscriptions.clear();
            }
        } catch (ApiProblem refused) {
            answer(frames.error(name, refused));
        } catch (RedisUnavailable | QueueUnavailable away) {
            answer(frames.error(name, unavailable(away)));
        }
    }

    private static ApiProblem unavailable(RuntimeException away) {
        return ApiProblem.unavailable(
                "Redis is not reachable now: " + away.getMessage() + "; try again", Duration.ofSeconds(1));
    }

    /// Waits for room: who asks faster than it listens is not read from meanwhile.
    private void answer(String frame) {
        try {
            if (!answers.offer(frame, limits.stuckSend().toMillis(), TimeUnit.MILLISECONDS)) {
                end(CloseCodes.TRY_AGAIN_LATER, "too slow: answers are not taken");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        work.release();
    }

    // ---- the client's thread ----

    private void serve() {
        try {
            while (!gone && ending == null) {
                long now = System.nanoTime();
                if (work.tryAcquire(delivery.pauseNanos(now, TICK_NANOS), TimeUnit.NANOSECONDS)) {
                    work.drainPermits();
                }
                step();
            }
            if (!gone) {
                opened().close(ending);
            }
        } catch (IOException | IllegalStateException broken) {
            log.debug("a WebSocket client went away: {}", broken.toString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            gone = true;
            subscriptions.clear();
            room.leave(this);
        }
    }

    private void step() throws IOException {
        watchTheClock(System.nanoTime());
        for (String answer = answers.poll(); answer != null && isGoing(); answer = answers.poll()) {
            send(answer);
        }
        delivery.sendNext();
    }

    @Override
    public boolean isGoing() {
        return !gone && ending == null;
    }

    private void watchTheClock(long now) throws IOException {
        if (isStranger() && now - openedAt > limits.keyTime().toNanos()) {
            end(CloseCodes.VIOLATED_POLICY, "no key was shown within " + Spelled.time(limits.keyTime()));
        } else if (now - heardAt > limits.silence().toNanos()) {
            end(CloseCodes.GOING_AWAY, "no ping was answered within " + Spelled.time(limits.silence()));
        } else if (now - pingAt >= 0) {
            pingAt = now + limits.ping().toNanos();
            opened().getBasicRemote().sendPing(ByteBuffer.allocate(0));
            requireKeyStillKnown();
        }
    }

    private void requireKeyStillKnown() {
        try {
            if (room.keys().callerOf(key).isEmpty()) {
                end(CloseCodes.VIOLATED_POLICY, "the key is not known any more");
            }
        } catch (RedisUnavailable away) {
            log.debug("a key is not looked up now: {}", away.getMessage());
        }
    }

    @Override
    public void send(String frame) throws IOException {
        long start = System.nanoTime();
        opened().getBasicRemote().sendText(frame);
        long took = System.nanoTime() - start;
        room.meter().sent(took);
        if (took > limits.slowSend().toNanos()) {
            end(CloseCodes.TRY_AGAIN_LATER, "too slow: connect again and resume after the last seq");
        }
    }

    private Session opened() {
        return Objects.requireNonNull(session);
    }
}
