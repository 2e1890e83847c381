package dev.sandmill.orchestrator.metrics;

import dev.sandmill.api.JobKind;
import dev.sandmill.backplane.queue.Completion;
import dev.sandmill.backplane.queue.JobRecord;
import dev.sandmill.backplane.queue.QueueObserver;
import dev.sandmill.backplane.queue.SubmitResult;
import dev.sandmill.orchestrator.jobs.JobMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// What the queue does, counted and timed: jobs by what became of them, waits, runs, and calls of Redis.
/// Every counter is there from the start, so that rates and alerts see its first step.
public final class QueueMetrics implements QueueObserver, JobMeter {
    private static final Duration[] WAITS = millis(1, 5, 25, 100, 500, 1_000, 5_000, 30_000, 120_000, 600_000);
    private static final Duration[] RUNS = millis(1, 5, 25, 100, 500, 1_000, 5_000, 30_000, 120_000, 600_000);
    private static final Duration[] CALLS = millis(1, 2, 5, 10, 25, 50, 100, 500, 1_000, 2_000);

    private final MeterRegistry registry;
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Timer> calls = new ConcurrentHashMap<>();
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();

    public QueueMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (JobKind kind : JobKind.values()) {
            for (String what : new String[] {
                "enqueued",
                "deduplicated",
                "rejected",
                "started",
                "retried",
                "postponed",
                "handed.back",
                "reclaimed",
                "dead",
                "fenced"
            }) {
                jobs(what, kind.wireName());
            }
            for (String outcome : new String[] {"done", "dead"}) {
                completed(kind.wireName(), outcome);
            }
            timer("sandmill.queue.wait", kind.wireName(), WAITS);
            timer("sandmill.run", kind.wireName(), RUNS);
            timer("sandmill.commit", kind.wireName(), CALLS);
            timer("sandmill.heartbeat.lag", kind.wireName(), CALLS);
        }
    }

    private static Duration[] millis(long... bounds) {
        Duration[] durations = new Duration[bounds.length];
        for (int at = 0; at < bounds.length; at++) {
            durations[at] = Duration.ofMillis(bounds[at]);
        }
        return durations;
    }

    private Counter jobs(String what, String kind) {
        return counters.computeIfAbsent(
                what + " " + kind, unused -> registry.counter("sandmill.jobs." + what, "kind", kind));
    }

    private Counter completed(String kind, String outcome) {
        return counters.computeIfAbsent(
                outcome + " outcome " + kind,
                unused -> registry.counter("sandmill.jobs.completed", "kind", kind, "outcome", outcome));
    }

    private Timer timer(String name, String kind, Duration[] bounds) {
        return timers.computeIfAbsent(
                name + " " + kind,
                unused -> Timer.builder(name)
                        .tags(Tags.of("kind", kind))
                        .serviceLevelObjectives(bounds)
                        .register(registry));
    }

    @Override
    public void submitted(JobKind kind, SubmitResult result) {
        switch (result) {
            case SubmitResult.Accepted accepted ->
                jobs("enqueued", kind.wireName()).increment();
            case SubmitResult.Known known ->
                jobs("deduplicated", kind.wireName()).increment();
            case SubmitResult.Full full -> jobs("rejected", kind.wireName()).increment();
            case SubmitResult.Conflict conflict -> {}
        }
    }

    @Override
    public void started(JobRecord job) {
        String kind = job.kind().wireName();
        jobs("started", kind).increment();
        Instant started = job.startedAt();
        if (started != null && job.attempt() <= 1) {
            Duration waited = Duration.between(job.createdAt(), started);
            timer("sandmill.queue.wait", kind, WAITS).record(waited.isNegative() ? Duration.ZERO : waited);
        }
    }

    @Override
    public void ended(JobRecord job, Completion completion, long nanos) {
        String kind = job.kind().wireName();
        timer("sandmill.run", kind, RUNS).record(nanos, TimeUnit.NANOSECONDS);
        switch (completion) {
            case Completion.Finished finished -> completed(kind, "done").increment();
            case Completion.Failed failed -> {
                if (failed.retryable()) {
                    jobs("retried", kind).increment();
                } else {
                    completed(kind, "dead").increment();
                    jobs("dead", kind).increment();
                }
            }
            case Completion.Postponed postponed -> jobs("postponed", kind).increment();
            case Completion.HandedBack back -> jobs("handed.back", kind).increment();
        }
    }

    /// Of attempts since the start; a second where there was none.
    double meanRunSeconds(JobKind kind) {
        Timer runs = timer("sandmill.run", kind.wireName(), RUNS);
        return runs.count() == 0 ? 1 : runs.mean(TimeUnit.SECONDS);
    }

    @Override
    public void called(String function, long nanos) {
        calls.computeIfAbsent(
                        function,
                        op -> Timer.builder("sandmill.redis.call")
                                .description("calls of the queue's functions, with an answer or without")
                                .tag("op", op.replace("sandmill_", ""))
                                .serviceLevelObjectives(CALLS)
                                .register(registry))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void committed(String kind, boolean written, long nanos) {
        timer("sandmill.commit", kind, CALLS).record(nanos, TimeUnit.NANOSECONDS);
        if (!written) {
            jobs("fenced", kind).increment();
        }
    }

    @Override
    public void reclaimed(String kind, long jobs) {
        jobs("reclaimed", kind).increment(jobs);
    }

    @Override
    public void renewed(String kind, long lateNanos) {
        timer("sandmill.heartbeat.lag", kind, CALLS).record(lateNanos, TimeUnit.NANOSECONDS);
    }
}
