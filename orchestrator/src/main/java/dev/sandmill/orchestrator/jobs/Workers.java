package dev.sandmill.orchestrator.jobs;

import dev.sandmill.api.Executed;
import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobOutcome;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.backplane.queue.JobHandler;
import dev.sandmill.backplane.queue.JobQueue;
import dev.sandmill.backplane.queue.JobRecord;
import dev.sandmill.backplane.queue.Worker;
import dev.sandmill.backplane.queue.WorkerConfig;
import dev.sandmill.orchestrator.tracing.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.SmartLifecycle;

/// The workers of this process, one for each kind of job that its roles take. They start when everything else is
/// up, and stop once the web server has answered who was waiting.
public final class Workers implements SmartLifecycle {
    /// Below the web server's: workers start before it and stop after it has answered whoever waits.
    public static final int PHASE = Integer.MAX_VALUE - 4096;

    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration DRAIN = Duration.ofSeconds(20);
    private static final int MOST_ATTEMPTS = 3;

    private final JobQueue queue;
    private final JobJson json;
    private final String processName;
    private final JobMeter meter;
    private final Tracing tracing;
    private final List<Duty> duties;
    private final Map<JobKind, Worker> running = new ConcurrentHashMap<>();
    private final Map<JobKind, Integer> slots = new ConcurrentHashMap<>();
    private volatile boolean started;

    public Workers(
            JobQueue queue, JobJson json, String processName, List<Duty> duties, JobMeter meter, Tracing tracing) {
        this.queue = queue;
        this.json = json;
        this.processName = processName;
        this.meter = meter;
        this.tracing = tracing;
        this.duties = List.copyOf(duties);
        duties.forEach(duty -> slots.put(duty.kind(), duty.slots()));
    }

    /// How many jobs of a kind may run at a time here; 0 where this process does none.
    public int slots(JobKind kind) {
        return slots.getOrDefault(kind, 0);
    }

    public Optional<Worker> of(JobKind kind) {
        return Optional.ofNullable(running.get(kind));
    }

    /// Changes how many jobs of a kind run at a time, where this process does them.
    public synchronized void setSlots(JobKind kind, int count) {
        slots.computeIfPresent(kind, (same, before) -> count);
        of(kind).ifPresent(worker -> worker.setSlots(count));
    }

    @Override
    public synchronized void start() {
        for (Duty duty : duties) {
            WorkerConfig config = new WorkerConfig(
                    processName + "-" + duty.kind().wireName(),
                    duty.kind(),
                    slots.getOrDefault(duty.kind(), duty.slots()),
                    LEASE,
                    MOST_ATTEMPTS,
                    DRAIN,
                    this::deadOutcome);
            running.put(
                    duty.kind(), queue.startWorker(config, tracing.around(new LoggedHandler(duty.handler(), meter))));
        }
        started = true;
    }

    @Override
    public void stop() {
        List<Thread> closing = new ArrayList<>();
        for (Worker worker : running.values()) {
            closing.add(Thread.ofVirtual().name("stop-worker").start(worker::close));
        }
        for (Thread thread : closing) {
            try {
                thread.join();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        running.clear();
        started = false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    @Override
    public boolean isRunning() {
        return started;
    }

    private String deadOutcome(JobRecord job) {
        String message = "gave up: the workers of " + job.attempt() + " attempts died before the job was done";
        JobOutcome outcome = switch (job.kind()) {
            case EXECUTE -> Executed.withoutRun(ProgramStatus.FAILED, message);
            case INDEX, INDEX_BATCH, INDEX_EXACT -> Indexed.withoutRun(IndexStatus.FAILED, "", message);
        };
        return json.writeOutcome(outcome);
    }

    /// A kind of job, how many at a time, and who does it.
    public record Duty(JobKind kind, int slots, JobHandler handler) {}
}
