package dev.sandmill.backplane.queue;

import dev.sandmill.api.JobKind;
import dev.sandmill.backplane.events.JobNews;
import dev.sandmill.backplane.redis.RedisLink;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A worker that runs: a thread takes jobs for free slots, each job has a virtual thread, and a thread of its own keeps
/// the leases, whatever the jobs do to the others.
final class RunningWorker implements Worker {
    private static final Logger LOG = LoggerFactory.getLogger(RunningWorker.class);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(100);
    private static final Duration LOOK_UP = Duration.ofMillis(100);
    /// How long a delivered job waits for a slot that was taken meanwhile, before another worker gets it.
    private static final Duration SLOT_PATIENCE = Duration.ofMillis(10);
    private static final Duration INTERRUPTED_GRACE = Duration.ofSeconds(10);

    private final WorkerConfig config;
    private final JobHandler handler;
    private final QueueFunctions functions;
    private final JobNews news;
    private final Intake intake;
    private final Committer committer;
    private final LeaseKeeper keeper;
    private final ScheduledExecutorService clock;
    private final Consumer<RunningWorker> closing;
    private final Slots slots;
    private final Map<String, ClaimedJob> held = new ConcurrentHashMap<>();
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
        this.handler = handler;
        this.functions = functions;
        this.news = news;
        this.clock = clock;
        this.closing = closing;
        this.slots = new Slots(config.slots());
        this.intake = new Intake(config, functions, blockingLink);
        this.committer = new Committer(config, functions, news, RetryPolicy.DEFAULT);
        this.keeper = new LeaseKeeper(config, functions, slots, held, this::startDying);
        this.stopListening = news.onCancel(this::cancel);
        this.intakeThread = Thread.ofPlatform()
                .daemon()
                .name("sandmill-intake-" + config.name())
                .unstarted(this::takeJobs);
    }

    void start() {
        keeper.start();
        intakeThread.start();
    }

    @Override
    public int busySlots() {
        return held.size();
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

    private void cancel(String job) {
        ClaimedJob claim = held.get(job);
        if (claim != null) {
            claim.interrupt(Claim.Interruption.CANCELLED);
        }
    }

    JobKind kind() {
        return config.kind();
    }

    /// A submission's answer, and the job where it was started here.
    record Begun(SubmitResult result, @Nullable ClaimedJob claim) {}

    /// Submits with a slot at hand, in which the job starts in the same step if nobody waits before it. Empty where
    /// this
    /// worker has no slot for it.
    Optional<Begun> submit(Submitter submitter, Submission submission) {
        if (paused || stopping || !slots.tryAcquire()) {
            return Optional.empty();
        }
        ClaimedJob claim = null;
        try {
            Begun begun = keeper.whileTaking(() -> {
                Submitter.Answer answer = submitter.submit(submission, config.name(), config.lease());
                QueueFunctions.Taken started = answer.started();
                return new Begun(answer.result(), started == null ? null : hold(started));
            });
            claim = begun.claim();
            return Optional.of(begun);
        } catch (QueueUnavailable away) {
            keeper.suspectLostAnswer();
            throw away;
        } finally {
            if (claim == null) {
                slots.release(1);
            } else {
                startThread(claim);
            }
        }
    }

    private void startThread(ClaimedJob claim) {
        Thread.ofVirtual().name("job-" + claim.id()).start(() -> workThrough(claim));
    }

    private void takeJobs() {
        while (!stopping) {
            try {
                awaitResume();
                takeSome();
                reachable = true;
            } catch (QueueUnavailable away) {
                reachable = false;
                keeper.suspectLostAnswer();
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

    /// Waits for a job without holding a slot, so that one that is submitted here meanwhile can have it. It asks by
    /// itself only at first and where nothing came for a while: what waits for a slot comes with another's end.
    private void takeSome() throws InterruptedException {
        if (!slots.awaitFree(LOOK_UP)) {
            return;
        }
        if (!hasAsked) {
            hasAsked = true;
            startAll(slots.acquire(slots.total(), LOOK_UP), List.of());
            return;
        }
        List<Intake.Ready> delivered = intake.awaitReady(Math.max(1, slots.free()));
        if (delivered.isEmpty()) {
            hasAsked = false;
        } else if (paused || stopping) {
            functions.call("sandmill_leave", config.kind().wireName(), config.name());
        } else {
            startAll(slots.acquire(delivered.size(), SLOT_PATIENCE), delivered);
        }
    }

    /// Takes jobs for these slots and gives back those that are left; what was delivered beyond them is passed on.
    private void startAll(int acquired, List<Intake.Ready> delivered) {
        int started = 0;
        try {
            started = keeper.whileTaking(() -> {
                if (stopping || paused) {
                    return 0;
                }
                List<QueueFunctions.Taken> jobs = intake.take(acquired, delivered);
                jobs.forEach(job -> startThread(hold(job)));
                return jobs.size();
            });
        } finally {
            slots.release(acquired - started);
        }
    }

    private ClaimedJob hold(QueueFunctions.Taken taken) {
        ClaimedJob claim = new ClaimedJob(taken, functions, news, clock);
        held.put(claim.id(), claim);
        return claim;
    }

    /// This job, and then what its slot gets next, until there is nothing.
    private void workThrough(ClaimedJob first) {
        try {
            ClaimedJob claim = first;
            while (claim != null) {
                Completion completion = claim.run(handler, config);
                claim = finish(claim, completion);
            }
        } finally {
            slots.release(1);
        }
    }

    private @Nullable ClaimedJob finish(ClaimedJob claim, Completion completion) {
        try {
            return keeper.whileTaking(() -> {
                Committer.Committed committed = committer.commit(claim, completion, wantsMore());
                if (committed.uncertain()) {
                    keeper.suspectLostAnswer();
                }
                held.remove(claim.id(), claim);
                claim.end().complete(stored(claim, completion, committed));
                return committed.next().isEmpty() ? null : hold(committed.next().getFirst());
            });
        } finally {
            held.remove(claim.id(), claim);
            claim.end().complete(Optional.empty());
        }
    }

    private static Optional<JobRecord> stored(ClaimedJob claim, Completion completion, Committer.Committed committed) {
        Instant at = committed.at();
        return completion instanceof Completion.Finished(String outcome) && at != null && !committed.uncertain()
                ? Optional.of(claim.job().done(at, outcome))
                : Optional.empty();
    }

    private boolean wantsMore() {
        return !paused && !stopping && !slots.areTooMany();
    }

    /// Writes the outcome of a job whose workers died too often.
    private void startDying(QueueFunctions.Taken taken) {
        ClaimedJob claim = hold(taken);
        Thread.ofVirtual().name("dying-" + claim.id()).start(() -> {
            try {
                String outcome = config.deadOutcome().apply(taken.job());
                committer.commit(claim, new Completion.Failed("its workers died", false, outcome), false);
            } finally {
                held.remove(claim.id(), claim);
            }
        });
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
        keeper.close();
        leave();
        closing.accept(this);
    }

    private void drain() {
        try {
            intakeThread.join(Duration.ofSeconds(5));
            if (!slots.acquireAll(config.drain())) {
                held.values().forEach(claim -> claim.interrupt(Claim.Interruption.STOPPING));
                if (!slots.acquireAll(INTERRUPTED_GRACE)) {
                    held.values().forEach(this::takeAway);
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            held.values().forEach(this::takeAway);
        }
    }

    /// Back to the queue over the head of a handler that does not stop; its own end comes too late then.
    private void takeAway(ClaimedJob claim) {
        LOG.warn("job {}: its handler does not stop, the job goes back to the queue", claim.id());
        committer.commit(claim, new Completion.HandedBack(), false, Duration.ZERO);
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
