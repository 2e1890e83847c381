package dev.sandmill.orchestrator.socket;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.events.Topics;
import dev.sandmill.backplane.redis.RedisUnavailable;
import dev.sandmill.orchestrator.periodic.PeriodicThread;
import dev.sandmill.sandbox.Sandbox;
import dev.sandmill.sandbox.SandboxStats;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells once a second how many containers this process has, where that changed.
public final class PoolNews extends PeriodicThread {
    private static final Logger log = LoggerFactory.getLogger(PoolNews.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final String instance;
    private final Optional<Sandbox> sandbox;
    private final Topics topics;
    private final StrictJson json;
    /// Of the thread alone.
    private @Nullable SandboxStats told;

    public PoolNews(String instance, Optional<Sandbox> sandbox, Topics topics, StrictJson json) {
        super("pool-news", PERIOD);
        this.instance = instance;
        this.sandbox = sandbox;
        this.topics = topics;
        this.json = json;
    }

    record Counts(String instance, SandboxStats containers) {}

    @Override
    protected void once() {
        sandbox.ifPresent(this::tell);
    }

    private void tell(Sandbox present) {
        try {
            SandboxStats now = present.stats();
            if (!now.equals(told)) {
                topics.publish(TopicDoor.pool(), "counts", json.write(new Counts(instance, now)));
                told = now;
            }
        } catch (RedisUnavailable away) {
            log.debug("container counts are not told now: {}", away.getMessage());
        }
    }

    @Override
    public void start() {
        if (sandbox.isPresent()) {
            super.start();
        }
    }
}
