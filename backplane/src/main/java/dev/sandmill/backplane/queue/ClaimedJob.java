package dev.sandmill.backplane.queue;

import dev.sandmill.backplane.events.JobNews;
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

    ClaimedJob(QueueFunctions.Taken taken, QueueFunctions functions, JobNews news) {
        String id = taken.job().id().value();
        this.taken = taken;
        this.emitter = new Emitter(functions, id, taken.token(), () -> news.wake(id));
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
        end();
        emitter.flush();
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

    private void end() {
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
