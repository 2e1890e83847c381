package dev.sandmill.orchestrator.metrics;

import dev.sandmill.orchestrator.socket.SocketMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/// WebSocket clients: how long a frame takes, what was not sent, how connections end. Every series is there from the
/// start, and a client that closes with a code of its own makes none.
public final class SocketMetrics implements SocketMeter {
    private static final Duration[] SENDS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15)
    };
    private static final String OTHER = "other";

    private final Timer sends;
    private final Map<Dropped, Counter> dropped = new EnumMap<>(Dropped.class);
    private final Map<String, Counter> closed;

    public SocketMetrics(MeterRegistry registry) {
        this.sends = Timer.builder("sandmill.ws.send")
                .description("until a frame was taken by the connection")
                .serviceLevelObjectives(SENDS)
                .register(registry);
        for (Dropped why : Dropped.values()) {
            dropped.put(
                    why,
                    Counter.builder("sandmill.ws.dropped")
                            .description("frames that were not sent")
                            .tag("reason", why.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        this.closed = Arrays.stream(
                        new String[] {"1000", "1001", "1003", "1006", "1008", "1009", "1011", "1013", OTHER})
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(),
                        code -> Counter.builder("sandmill.ws.closed")
                                .description("connections that are over, by the code of their close")
                                .tag("code", code)
                                .register(registry)));
    }

    @Override
    public void sent(long nanos) {
        sends.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void dropped(Dropped why, long frames) {
        Objects.requireNonNull(dropped.get(why)).increment(frames);
    }

    @Override
    public void closed(int code) {
        Counter known = closed.get(Integer.toString(code));
        (known == null ? Objects.requireNonNull(closed.get(OTHER)) : known).increment();
    }
}
