package dev.sandmill.backplane.queue;

import dev.sandmill.backplane.events.JobNews;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One attempt at a job on its thread. It is interrupted at most once, and only while its handler runs.
final class ClaimedJob implements Claim {
    private static final Logger LOG = LoggerFactory.getLogger(ClaimedJob.class);

    private final QueueFunctions.Taken taken;
    private final Emitter emitter;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Interruption interruption = Interruption.NONE;
    private @Nullable Thread running;
    private boolean ended;
    private final CompletableFuture<Optional<JobRecord>> end = new CompletableFuture<>();

    ClaimedJob(QueueFunctions.Taken taken, QueueFunctions functions, JobNews news, ScheduledExecutorService clock) {
        String id = taken.job().id().value();
        this.taken = taken;
        this.emitter = new Emitter(functions, id, taken.token(), clock, () -> news.wake(id));
    }

    /// The job as it was stored when this attempt ended it; empty where the attempt is over and its job may not be.
    CompletableFuture<Optional<JobRecord>> end() {
        return end;
    }

    /// What the job said last and Redis does not have yet: (type, data) pairs.
    List<String> lastEvents() {
        return emitter.close();
    }

    @Override
    public JobRecord job() {
        return taken.job();
    }

    String id() {
        return taken.job().id().value();
    }

    String token() {
        return taken.token();
    }

    @Override
    public void emit(String type, String dataJson) {
        if (interruption != Interruption.LEASE_LOST) {
            emitter.emit(type, dataJson);
        }
    }

    @Override
    public Interruption interruption() {
        return interruption;
    }

    /// Stops the handler, or keeps it from starting.
    void interrupt(Interruption reason) {
        lock.lock();
        try {
            if (interruption != Interruption.NONE || ended) {
                return;
            }
            interruption = reason;
            if (running != null) {
                running.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Runs the handler on this thread; every way it can end is a completion.
    Completion run(JobHandler handler, WorkerConfig config) {
        if (!begin()) {
            return new Completion.HandedBack();
        }
        Completion completion;
        try {
            completion = handler.handle(this);
        } catch (InterruptedException stopped) {
            completion = interruption == Interruption.NONE
                    ? failed("the job's thread was interrupted by something else", config)
                    : new Completion.HandedBack();
        } catch (Throwable broken) {
            LOG.error("job {}: its handler broke", id(), broken);
            completion = failed("the handler broke: " + broken, config);
        }
        finishRunning();
        return completion;
    }

    private Completion failed(String reason, WorkerConfig config) {
        return new Completion.Failed(reason, true, config.deadOutcome().apply(job()));
    }

    private boolean begin() {
        lock.lock();
        try {
            running = Thread.currentThread();
            return interruption == Interruption.NONE;
        } finally {
            lock.unlock();
        }
    }

    private void finishRunning() {
        lock.lock();
        try {
            ended = true;
            running = null;
            Thread.interrupted();
        } finally {
            lock.unlock();
        }
    }
}
