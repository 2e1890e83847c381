package dev.sandmill.orchestrator.health;

import dev.sandmill.api.JobKind;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneHealth;
import dev.sandmill.backplane.queue.QueueStats;
import dev.sandmill.backplane.queue.QueueUnavailable;
import dev.sandmill.backplane.queue.Worker;
import dev.sandmill.orchestrator.jobs.Workers;
import dev.sandmill.sandbox.Sandbox;
import dev.sandmill.sandbox.SandboxHealth;
import dev.sandmill.vectorizer.Vectorizer;
import dev.sandmill.vectorizer.VectorizerHealth;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// What this process depends on, probed every second on a thread of its own, so that asking for its state costs
/// nothing. While Docker is away the execute worker takes no jobs: they wait in the queue, no attempt is burnt.
public final class Dependencies implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Dependencies.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final QueueStats UNKNOWN_QUEUE = new QueueStats(0, 0, 0, 0, 0, List.of());

    private final Backplane backplane;
    private final Optional<Sandbox> sandbox;
    private final Optional<Vectorizer> vectorizer;
    private final Workers workers;
    private volatile Snapshot snapshot = new Snapshot(Instant.EPOCH, List.of(), UNKNOWN_QUEUE, "unknown");
    private volatile boolean stopping;
    private volatile @org.jspecify.annotations.Nullable Thread prober;

    public Dependencies(
            Backplane backplane, Optional<Sandbox> sandbox, Optional<Vectorizer> vectorizer, Workers workers) {
        this.backplane = backplane;
        this.sandbox = sandbox;
        this.vectorizer = vectorizer;
        this.workers = workers;
    }

    public Snapshot snapshot() {
        return snapshot;
    }

    public List<String> names() {
        List<String> names = new ArrayList<>(List.of("redis"));
        sandbox.ifPresent(present -> names.add("docker"));
        vectorizer.ifPresent(present -> names.add("vectors"));
        return names;
    }

    public boolean isAvailable(String name) {
        return snapshot.dependencies().stream().anyMatch(d -> d.name().equals(name) && d.available());
    }

    /// Ready is: not stopping, and everything that this process's roles need was there at the last probe.
    public boolean isReady() {
        Snapshot now = snapshot;
        return !stopping
                && !now.dependencies().isEmpty()
                && now.dependencies().stream().allMatch(Dependency::available);
    }

    @Override
    public void start() {
        stopping = false;
        prober = Thread.ofVirtual().name("dependencies").start(this::probeUntilStopped);
    }

    @Override
    public void stop() {
        stopping = true;
        Thread running = prober;
        if (running != null) {
            running.interrupt();
            prober = null;
        }
    }

    /// True from the moment on that the process was told to stop; this is the first thing to be stopped.
    public boolean isStopping() {
        return stopping;
    }

    @Override
    public boolean isRunning() {
        return prober != null;
    }

    private void probeUntilStopped() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                probe();
                Thread.sleep(PERIOD);
            } catch (InterruptedException stopped) {
                return;
            } catch (RuntimeException unexpected) {
                log.error("a probe failed in an unexpected way; the next one comes in {}", PERIOD, unexpected);
            }
        }
    }

    private void probe() {
        List<Dependency> found = new ArrayList<>();
        BackplaneHealth redis = backplane.health();
        found.add(new Dependency("redis", redis.available(), redis.detail()));
        sandbox.ifPresent(s -> {
            SandboxHealth docker = s.health();
            found.add(new Dependency("docker", docker.available(), docker.detail()));
            workers.of(JobKind.EXECUTE).ifPresent(worker -> follow(worker, docker.available()));
        });
        vectorizer.ifPresent(v -> {
            VectorizerHealth vectors = v.health();
            found.add(new Dependency("vectors", vectors.available(), vectors.detail()));
        });
        Snapshot before = snapshot;
        Snapshot after = new Snapshot(Instant.now(), List.copyOf(found), queueStats(before), redis.durability());
        snapshot = after;
        report(before, after);
    }

    private QueueStats queueStats(Snapshot before) {
        try {
            return backplane.queue().stats();
        } catch (QueueUnavailable away) {
            return before.queue();
        }
    }

    private static void follow(Worker worker, boolean dockerAvailable) {
        if (dockerAvailable) {
            worker.resume();
        } else {
            worker.pause();
        }
    }

    private static void report(Snapshot before, Snapshot after) {
        for (Dependency now : after.dependencies()) {
            boolean was = before.dependencies().stream()
                    .filter(d -> d.name().equals(now.name()))
                    .allMatch(Dependency::available);
            if (was && !now.available()) {
                log.warn("{} is away: {}", now.name(), now.detail());
            }
            if (!was && now.available()) {
                log.info("{} is back", now.name());
            }
        }
    }

    /// The state of everything at one moment.
    public record Snapshot(Instant at, List<Dependency> dependencies, QueueStats queue, String durability) {}

    public record Dependency(String name, boolean available, String detail) {}
}
