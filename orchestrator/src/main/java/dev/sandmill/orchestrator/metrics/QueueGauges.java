package dev.sandmill.orchestrator.metrics;

import dev.sandmill.api.JobKind;
import dev.sandmill.backplane.queue.QueueStats;
import dev.sandmill.backplane.queue.Worker;
import dev.sandmill.orchestrator.health.Dependencies;
import dev.sandmill.orchestrator.jobs.Workers;
import dev.sandmill.orchestrator.socket.SocketClients;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/// How full the queue and this process's slots are, by kind of job. The queue's numbers are of all processes and those
/// of the last probe, so that a scrape asks nobody.
public final class QueueGauges implements MeterBinder {
    /// A job should wait no longer; how many slots that takes is what autoscalers go by.
    private static final Duration TARGET_WAIT = Duration.ofSeconds(1);

    private final Dependencies dependencies;
    private final Workers workers;
    private final QueueMetrics metrics;
    private final SocketClients sockets;

    public QueueGauges(Dependencies dependencies, Workers workers, QueueMetrics metrics, SocketClients sockets) {
        this.dependencies = dependencies;
        this.workers = workers;
        this.metrics = metrics;
        this.sockets = sockets;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (JobKind kind : JobKind.values()) {
            Tags tags = Tags.of("kind", kind.wireName());
            lane(registry, "sandmill.queue.depth", "jobs that wait for a worker", kind, QueueStats.Lane::waiting);
            lane(
                    registry,
                    "sandmill.queue.oldest.age.seconds",
                    "for how long the job that is next has existed; 0 where none waits",
                    kind,
                    lane -> lane.oldestWaits().toMillis() / 1000.0);
            lane(
                    registry,
                    "sandmill.desired.slots",
                    "slots with which the waiting jobs would start within a second, those that run included",
                    kind,
                    lane -> lane.running()
                            + Math.ceil(lane.waiting() * metrics.meanRunSeconds(kind) / TARGET_WAIT.toSeconds()));
            Gauge.builder("sandmill.jobs.inflight", workers, all -> busy(all, kind))
                    .description("jobs that run in this process")
                    .tags(tags)
                    .register(registry);
            Gauge.builder("sandmill.slots", workers, all -> busy(all, kind))
                    .description("places for jobs in this process")
                    .tags(tags.and("state", "used"))
                    .register(registry);
            Gauge.builder("sandmill.slots", workers, all -> all.slots(kind))
                    .description("places for jobs in this process")
                    .tags(tags.and("state", "total"))
                    .register(registry);
        }
        Gauge.builder("sandmill.ws.sessions", sockets, SocketClients::count)
                .description("open WebSocket connections")
                .register(registry);
    }

    private static double busy(Workers workers, JobKind kind) {
        return workers.of(kind).map(Worker::busySlots).orElse(0);
    }

    private void lane(
            MeterRegistry registry,
            String name,
            String description,
            JobKind kind,
            ToDoubleFunction<QueueStats.Lane> value) {
        Gauge.builder(
                        name,
                        dependencies,
                        all -> all.snapshot().queue().lanes().stream()
                                .filter(lane -> lane.kind() == kind)
                                .mapToDouble(value)
                                .sum())
                .description(description)
                .tag("kind", kind.wireName())
                .register(registry);
    }
}
