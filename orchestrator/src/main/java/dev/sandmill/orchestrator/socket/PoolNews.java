package dev.sandmill.orchestrator.socket;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.events.Topics;
import dev.sandmill.backplane.redis.RedisUnavailable;
import dev.sandmill.sandbox.Sandbox;
import dev.sandmill.sandbox.SandboxStats;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Tells once a second how many containers this process has, where that changed.
public final class PoolNews implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(PoolNews.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final String instance;
    private final Optional<Sandbox> sandbox;
    private final Topics topics;
    private final StrictJson json;
    private volatile @Nullable Thread teller;

    public PoolNews(String instance, Optional<Sandbox> sandbox, Topics topics, StrictJson json) {
        this.instance = instance;
        this.sandbox = sandbox;
        this.topics = topics;
        this.json = json;
    }

    record Counts(String instance, SandboxStats containers) {}

    private void tell(Sandbox present) {
        SandboxStats told = null;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                SandboxStats now = present.stats();
                if (!now.equals(told)) {
                    topics.publish(TopicDoor.pool(), "counts", json.write(new Counts(instance, now)));
                    told = now;
                }
            } catch (RedisUnavailable away) {
                log.debug("container counts are not told now: {}", away.getMessage());
            }
            try {
                Thread.sleep(PERIOD);
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    @Override
    public void start() {
        sandbox.ifPresent(
                present -> teller = Thread.ofVirtual().name("pool-news").start(() -> tell(present)));
    }

    @Override
    public void stop() {
        Thread running = teller;
        if (running != null) {
            running.interrupt();
            teller = null;
        }
    }

    @Override
    public boolean isRunning() {
        return teller != null;
    }
}
