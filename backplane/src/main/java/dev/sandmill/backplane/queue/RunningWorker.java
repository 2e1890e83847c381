package dev.sandmill.backplane.queue;

import dev.sandmill.api.JobKind;
import dev.sandmill.backplane.events.JobNews;
import dev.sandmill.backplane.redis.RedisLink;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A worker that runs: a thread takes jobs for free slots, until it is paused or closed.
final class RunningWorker implements Worker {
    private static final Logger LOG = LoggerFactory.getLogger(RunningWorker.class);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(100);
    private static final Duration LOOK_UP = Duration.ofMillis(100);
    /// How long a delivered job waits for a slot that was taken meanwhile, before another worker gets it.
    private static final Duration SLOT_PATIENCE = Duration.ofMillis(10);
    private static final Duration INTERRUPTED_GRACE = Duration.ofSeconds(10);

    private final WorkerConfig config;
    private final QueueFunctions functions;
    private final Intake intake;
    private final Consumer<RunningWorker> closing;
    private final Slots slots;
    private final Attempts attempts;
    private final Taking taking;
    private final ReentrantLock pausing = new ReentrantLock();
    private final Condition resumed = pausing.newCondition();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Runnable stopListening;
    private volatile boolean paused;
    private volatile boolean stopping;
    private volatile boolean reachable;
    private final Thread intakeThread;
    /// Of the intake's thread alone.
    private boolean hasAsked;

    RunningWorker(
            WorkerConfig config,
            JobHandler handler,
            QueueFunctions functions,
            RedisLink<String> blockingLink,
            JobNews news,
            ScheduledExecutorService clock,
            Consumer<RunningWorker> closing) {
        this.config = config;
        this.functions = functions;
        this.closing = closing;
        this.slots = new Slots(config.slots());
        this.intake = new Intake(config, functions, blockingLink);
        this.attempts = new Attempts(config, handler, functions, news, clock, slots, this::wantsMore);
        this.taking = new Taking(config.name(), intake, slots, attempts, this::takesJobs);
        this.stopListening = news.onCancel(attempts::cancel);
        this.intakeThread =
                Thread.ofVirtual().name("sandmill-intake-" + config.name()).unstarted(this::takeJobs);
    }

    void start() {
        attempts.keepLeases();
        intakeThread.start();
    }

    @Override
    public int busySlots() {
        return attempts.count();
    }

    @Override
    public boolean isTakingJobs() {
        return reachable && !paused && !stopping;
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        pausing.lock();
        try {
            paused = false;
            resumed.signalAll();
        } finally {
            pausing.unlock();
        }
    }

    @Override
    public void setSlots(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("slots has to be at least 1, not " + count);
        }
        slots.resize(count);
    }

    JobKind kind() {
        return config.kind();
    }

    /// A submission's answer, and the job where it was started here.
    record Begun(SubmitResult result, @Nullable ClaimedJob claim) {}

    /// Submits with a slot at hand, in which the job starts in the same step if nobody waits before it.
    /// Empty where this worker has no slot for it.
    Optional<Begun> submit(Submitter submitter, Submission submission) {
        if (paused || stopping || !slots.tryAcquire()) {
            return Optional.empty();
        }
        ClaimedJob claim = null;
        try {
            Begun begun = attempts.whileTaking(() -> {
                Submitter.Answer answer = submitter.submit(submission, config.name(), config.lease());
                QueueFunctions.Taken started = answer.started();
                return new Begun(answer.result(), started == null ? null : attempts.hold(started));
            });
            claim = begun.claim();
            return Optional.of(begun);
        } catch (QueueUnavailable away) {
            attempts.suspectLostAnswer();
            throw away;
        } finally {
            if (claim == null) {
                slots.release(1);
            } else {
                attempts.start(claim);
            }
        }
    }

    private void takeJobs() {
        while (!stopping) {
            try {
                awaitResume();
                takeSome();
                reachable = true;
            } catch (QueueUnavailable away) {
                reachable = false;
                attempts.suspectLostAnswer();
                LOG.debug("worker {} takes no jobs: {}", config.name(), away.getMessage());
                sleep(RETRY_PAUSE);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void awaitResume() throws InterruptedException {
        pausing.lock();
        try {
            while (paused && !stopping) {
                resumed.await();
            }
        } finally {
            pausing.unlock();
        }
    }

    /// Waits for a job without holding a slot, so that one that is submitted here meanwhile can have it. It
    /// asks by itself only at first and where nothing came for a while: what waits for a slot comes with
    /// another's end.
    private void takeSome() throws InterruptedException {
        if (!slots.awaitFree(LOOK_UP)) {
            return;
        }
        if (!hasAsked) {
            hasAsked = true;
            taking.startAll(slots.acquire(slots.total(), LOOK_UP), List.of());
            return;
        }
        Intake.Delivery delivery = intake.awaitReady(Math.max(1, slots.free()), taking::atOnce);
        List<Intake.Ready> delivered = delivery.jobs();
        if (delivery.taken()) {
            return;
        }
        if (delivered.isEmpty()) {
            hasAsked = false;
        } else if (!takesJobs()) {
            functions.call("sandmill_leave", config.kind().wireName(), config.name());
        } else {
            taking.startAll(slots.acquire(delivered.size(), SLOT_PATIENCE), delivered);
        }
    }

    private boolean takesJobs() {
        return !paused && !stopping;
    }

    private boolean wantsMore() {
        return takesJobs() && !slots.areTooMany();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        stopping = true;
        resume();
        intake.close();
        drain();
        attempts.stopKeepingLeases();
        leave();
        closing.accept(this);
    }

    private void drain() {
        try {
            intakeThread.join(Duration.ofSeconds(5));
            if (!slots.acquireAll(config.drain())) {
                attempts.interruptAll();
                if (!slots.acquireAll(INTERRUPTED_GRACE)) {
                    attempts.takeAllAway();
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            attempts.takeAllAway();
        }
    }

    private void leave() {
        stopListening.run();
        try {
            functions.call("sandmill_disown", config.kind().wireName(), config.name());
            functions.call("sandmill_leave", config.kind().wireName(), config.name());
        } catch (QueueUnavailable away) {
            LOG.warn("worker {} left while Redis was away: {}", config.name(), away.getMessage());
        }
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
