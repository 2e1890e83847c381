package dev.sandmill.backplane.queue;

import dev.sandmill.backplane.events.JobNews;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The jobs in a worker's hands: each runs on a virtual thread in a slot, is committed, and hands its slot
/// to the next one. Their leases are kept as long as they are here. Thread-safe.
final class Attempts {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    private final WorkerConfig config;
    private final JobHandler handler;
    private final QueueFunctions functions;
    private final JobNews news;
    private final ScheduledExecutorService clock;
    private final Slots slots;
    private final BooleanSupplier wantsMore;
    private final Committer committer;
    private final LeaseKeeper keeper;
    private final Map<String, ClaimedJob> held = new ConcurrentHashMap<>();

    /// @param clock sends what jobs say, a moment after they said it
    /// @param wantsMore whether a slot that becomes free is to get another job
    Attempts(
            WorkerConfig config,
            JobHandler handler,
            QueueFunctions functions,
            JobNews news,
            ScheduledExecutorService clock,
            Slots slots,
            BooleanSupplier wantsMore) {
        this.config = config;
        this.handler = handler;
        this.functions = functions;
        this.news = news;
        this.clock = clock;
        this.slots = slots;
        this.wantsMore = wantsMore;
        this.committer = new Committer(config, functions, news, RetryPolicy.DEFAULT);
        this.keeper = new LeaseKeeper(config, functions, slots, held, this::endDying);
    }

    void keepLeases() {
        keeper.start();
    }

    void stopKeepingLeases() {
        keeper.close();
    }

    int count() {
        return held.size();
    }

    /// Runs a step that may bring jobs, so that nobody takes them for lost before they are held.
    <T extends @Nullable Object> T whileTaking(Supplier<T> step) {
        return keeper.whileTaking(step);
    }

    /// Begins such a step without waiting; [#endTaking] has to follow. False where it would have to wait.
    boolean tryBeginTaking() {
        return keeper.tryBeginTaking();
    }

    void endTaking() {
        keeper.endTaking();
    }

    /// An answer that may have carried jobs did not arrive.
    void suspectLostAnswer() {
        keeper.suspectLostAnswer();
    }

    ClaimedJob hold(QueueFunctions.Taken taken) {
        ClaimedJob claim = new ClaimedJob(taken, functions, news, clock);
        held.put(claim.id(), claim);
        return claim;
    }

    /// Runs it in a slot that is acquired, and gives the slot back when there is no next job for it.
    void start(ClaimedJob claim) {
        Thread.ofVirtual().name("job-" + claim.id()).start(() -> workThrough(claim));
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
                Committer.Committed committed = committer.commit(claim, completion, wantsMore.getAsBoolean());
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

    /// Writes the outcome of a job whose workers died too often.
    private void endDying(QueueFunctions.Taken taken) {
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

    void cancel(String job) {
        ClaimedJob claim = held.get(job);
        if (claim != null) {
            claim.interrupt(Claim.Interruption.CANCELLED);
        }
    }

    void interruptAll() {
        held.values().forEach(claim -> claim.interrupt(Claim.Interruption.STOPPING));
    }

    void takeAllAway() {
        held.values().forEach(this::takeAway);
    }

    /// Back to the queue over the head of a handler that does not stop; its own end comes too late then.
    private void takeAway(ClaimedJob claim) {
        LOG.warn("job {}: its handler does not stop, the job goes back to the queue", claim.id());
        committer.commit(claim, new Completion.HandedBack(), false, Duration.ZERO);
    }
}
