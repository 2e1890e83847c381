package dev.sandmill.orchestrator.socket;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.events.Topics;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.Caller;
import dev.sandmill.orchestrator.security.KeyRegistry;
import dev.sandmill.orchestrator.security.RateLimit;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.server.ServerContainer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.tomcat.websocket.server.WsSci;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.SmartLifecycle;

/// The connected clients of this process. Bounded; all are told to go elsewhere when the service stops.
public final class SocketClients implements SmartLifecycle, ServletContextInitializer {
    private static final SocketLimits LIMITS = SocketLimits.DEFAULT;

    private final Topics topics;
    private final TopicDoor door;
    private final KeyRegistry keys;
    private final RateLimit rates;
    private final StrictJson json;
    private final SocketMeter meter;
    private final Set<SocketClient> clients = ConcurrentHashMap.newKeySet();
    private volatile boolean running;

    public SocketClients(
            Topics topics, TopicDoor door, KeyRegistry keys, RateLimit rates, StrictJson json, SocketMeter meter) {
        this.topics = topics;
        this.door = door;
        this.keys = keys;
        this.rates = rates;
        this.json = json;
        this.meter = meter;
    }

    @Override
    public void onStartup(ServletContext context) throws ServletException {
        new WsSci().onStartup(Set.of(), context);
        ServerContainer container = (ServerContainer)
                Objects.requireNonNull(context.getAttribute(ServerContainer.class.getName()), "no WebSocket container");
        container.setDefaultMaxTextMessageBufferSize(LIMITS.messageBytes());
        container.setDefaultMaxBinaryMessageBufferSize(1024);
    }

    /// @param caller of a client that sent its key with the request
    SocketClient make(@Nullable Caller caller, String key) {
        if (!hasRoom(caller == null)) {
            throw ApiProblem.unavailable(
                    "this process serves as many WebSocket clients as it can", Duration.ofSeconds(5));
        }
        return new SocketClient(this, LIMITS, new Frames(json, InstantSource.system()), json, caller, key);
    }

    Subscriptions subscriptions(Runnable news) {
        return new Subscriptions(topics, door, LIMITS.subscriptions(), news);
    }

    Topics topics() {
        return topics;
    }

    KeyRegistry keys() {
        return keys;
    }

    SocketMeter meter() {
        return meter;
    }

    RateLimit rates() {
        return rates;
    }

    private boolean hasRoom(boolean stranger) {
        return running
                && clients.size() < LIMITS.clients()
                && (!stranger
                        || clients.stream().filter(SocketClient::isStranger).count() < LIMITS.strangers());
    }

    /// Answers whether there is room.
    boolean enter(SocketClient client) {
        if (!hasRoom(client.isStranger())) {
            return false;
        }
        clients.add(client);
        return true;
    }

    void leave(SocketClient client) {
        clients.remove(client);
    }

    /// How many are connected.
    public int count() {
        return clients.size();
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        clients.forEach(client -> client.end(CloseCodes.GOING_AWAY, "the service stops; connect again"));
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
