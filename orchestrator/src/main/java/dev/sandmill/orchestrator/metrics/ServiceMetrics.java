package dev.sandmill.orchestrator.metrics;

import dev.sandmill.api.BreakerState;
import dev.sandmill.api.JobKind;
import dev.sandmill.backplane.cache.ByteCache;
import dev.sandmill.backplane.cache.CacheStats;
import dev.sandmill.orchestrator.health.Breakers;
import dev.sandmill.orchestrator.health.Dependencies;
import dev.sandmill.orchestrator.jobs.Workers;
import dev.sandmill.orchestrator.tuning.Tuning;
import dev.sandmill.sandbox.Sandbox;
import dev.sandmill.sandbox.SandboxStats;
import dev.sandmill.sandbox.session.Sessions;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// Gauges over what the rooms count themselves. A scrape asks nobody outside this process: the queue's counts are
/// those of the last probe.
public final class ServiceMetrics implements MeterBinder {
    private final Dependencies dependencies;
    private final Workers workers;
    private final Optional<Sandbox> sandbox;
    private final Map<String, ByteCache> caches;
    private final Tuning tuning;
    private final Breakers breakers;

    public ServiceMetrics(
            Dependencies dependencies,
            Workers workers,
            Optional<Sandbox> sandbox,
            Map<String, ByteCache> caches,
            Tuning tuning,
            Breakers breakers) {
        this.dependencies = dependencies;
        this.workers = workers;
        this.sandbox = sandbox;
        this.caches = Map.copyOf(caches);
        this.tuning = tuning;
        this.breakers = breakers;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        queueGauge(registry, "sandmill.queue.queued", now -> now.queue().queued());
        queueGauge(registry, "sandmill.queue.running", now -> now.queue().running());
        queueGauge(registry, "sandmill.queue.delayed", now -> now.queue().delayed());
        queueGauge(registry, "sandmill.queue.dead", now -> now.queue().dead());
        queueGauge(registry, "sandmill.queue.capacity", now -> now.queue().capacity());
        for (String setting : tuning.group().settings().keySet()) {
            Gauge.builder("sandmill.tuning.value", tuning, t -> t.effective(setting))
                    .description("what is in force in this process")
                    .tag("setting", setting)
                    .register(registry);
        }
        for (BreakerState breaker : breakers.states()) {
            Gauge.builder("sandmill.breaker.state", breakers, all -> level(named(all, breaker.name())))
                    .description("0 closed, 1 half open, 2 open")
                    .tag("breaker", breaker.name())
                    .register(registry);
            FunctionCounter.builder(
                            "sandmill.breaker.refused",
                            breakers,
                            all -> named(all, breaker.name()).refused())
                    .description("calls that were not made because it was open")
                    .tag("breaker", breaker.name())
                    .register(registry);
        }
        for (JobKind kind : JobKind.values()) {
            Gauge.builder(
                            "sandmill.worker.busy",
                            workers,
                            w -> w.of(kind)
                                    .map(worker -> (double) worker.busySlots())
                                    .orElse(0.0))
                    .tag("kind", kind.wireName())
                    .register(registry);
        }
        for (String name : dependencies.names()) {
            Gauge.builder("sandmill.dependency.available", dependencies, d -> d.isAvailable(name) ? 1 : 0)
                    .tag("dependency", name)
                    .register(registry);
        }
        sandbox.ifPresent(s -> bindSandbox(registry, s));
        sandbox.ifPresent(s -> bindSessions(registry, s.sessions()));
        caches.forEach((name, cache) -> {
            cacheCounter(registry, "sandmill.cache.hits", name, "local", cache, CacheStats::localHits);
            cacheCounter(registry, "sandmill.cache.hits", name, "redis", cache, CacheStats::redisHits);
            cacheCounter(registry, "sandmill.cache.misses", name, "all", cache, CacheStats::misses);
            cacheCounter(registry, "sandmill.cache.failures", name, "redis", cache, CacheStats::failures);
            Gauge.builder("sandmill.cache.bytes", cache, c -> c.stats().localBytes())
                    .tag("namespace", name)
                    .tag("tier", "local")
                    .register(registry);
        });
    }

    private static BreakerState named(Breakers breakers, String name) {
        return breakers.states().stream()
                .filter(state -> state.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no breaker " + name + " any more"));
    }

    private static int level(BreakerState state) {
        return switch (state.state()) {
            case "closed" -> 0;
            case "half_open" -> 1;
            default -> 2;
        };
    }

    private void queueGauge(MeterRegistry registry, String name, ToDoubleFunction<Dependencies.Snapshot> value) {
        Gauge.builder(name, dependencies, d -> value.applyAsDouble(d.snapshot()))
                .register(registry);
    }

    private static void bindSandbox(MeterRegistry registry, Sandbox sandbox) {
        poolGauge(registry, sandbox, "idle", SandboxStats::idle);
        poolGauge(registry, sandbox, "leased", SandboxStats::leased);
        poolGauge(registry, sandbox, "starting", SandboxStats::starting);
        // Not "created": Prometheus keeps that ending for itself, and the name would be "sandmill_sandbox_total".
        sandboxCounter(registry, sandbox, "sandmill.sandbox.made", SandboxStats::created);
        sandboxCounter(registry, sandbox, "sandmill.sandbox.destroyed", SandboxStats::destroyed);
        sandboxCounter(registry, sandbox, "sandmill.sandbox.runs", SandboxStats::runs);
        sandboxCounter(registry, sandbox, "sandmill.sandbox.recycled", SandboxStats::recycled);
        sandboxCounter(registry, sandbox, "sandmill.sandbox.cache.hits", SandboxStats::cacheHits);
        sandboxCounter(registry, sandbox, "sandmill.sandbox.cache.rechecks", SandboxStats::cacheRechecks);
        sandboxCounter(registry, sandbox, "sandmill.sandbox.cache.differences", SandboxStats::cacheDifferences);
    }

    private static void bindSessions(MeterRegistry registry, Sessions sessions) {
        Gauge.builder("sandmill.sessions.open", sessions, s -> s.counts().open())
                .register(registry);
        Gauge.builder("sandmill.sessions.most", sessions, s -> s.counts().most())
                .register(registry);
        FunctionCounter.builder(
                        "sandmill.sessions.opened", sessions, s -> s.counts().opened())
                .register(registry);
        FunctionCounter.builder(
                        "sandmill.sessions.calls", sessions, s -> s.counts().calls())
                .register(registry);
    }

    private static void poolGauge(
            MeterRegistry registry, Sandbox sandbox, String state, ToDoubleFunction<SandboxStats> value) {
        Gauge.builder("sandmill.sandbox.containers", sandbox, s -> value.applyAsDouble(s.stats()))
                .tag("state", state)
                .register(registry);
    }

    private static void sandboxCounter(
            MeterRegistry registry, Sandbox sandbox, String name, ToDoubleFunction<SandboxStats> value) {
        FunctionCounter.builder(name, sandbox, s -> value.applyAsDouble(s.stats()))
                .register(registry);
    }

    private static void cacheCounter(
            MeterRegistry registry,
            String name,
            String namespace,
            String tier,
            ByteCache cache,
            ToDoubleFunction<CacheStats> value) {
        FunctionCounter.builder(name, cache, c -> value.applyAsDouble(c.stats()))
                .tag("namespace", namespace)
                .tag("tier", tier)
                .register(registry);
    }
}
