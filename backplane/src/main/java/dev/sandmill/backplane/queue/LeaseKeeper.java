package dev.sandmill.backplane.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A worker's heartbeat: renews the leases of its jobs at a third of their time and tends the queue in
/// between. Runs on a platform thread, so that jobs that hog every carrier of the virtual threads do not
/// silence it.
final class LeaseKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final Duration TEND_EVERY = Duration.ofMillis(250);
    private static final int ALL = Integer.MAX_VALUE;

    private final WorkerConfig config;
    private final QueueFunctions functions;
    private final Slots slots;
    private final Map<String, ClaimedJob> held;
    private final Consumer<QueueFunctions.Taken> dying;
    /// All of them for who has to know every job that is held; one for each step that may bring jobs, whichever thread
    /// ends it.
    private final Semaphore taking = new Semaphore(ALL, true);
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean lostAnswer;

    LeaseKeeper(
            WorkerConfig config,
            QueueFunctions functions,
            Slots slots,
            Map<String, ClaimedJob> held,
            Consumer<QueueFunctions.Taken> dying) {
        this.config = config;
        this.functions = functions;
        this.slots = slots;
        this.held = held;
        this.dying = dying;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("sandmill-leases-" + config.name())
                .unstarted(this::keep);
    }

    void start() {
        thread.start();
    }

    /// Runs a step that may bring jobs, so that nobody takes them for lost before they are held.
    <T extends @Nullable Object> T whileTaking(Supplier<T> step) {
        taking.acquireUninterruptibly();
        try {
            return step.get();
        } finally {
            endTaking();
        }
    }

    /// Begins such a step without waiting; [#endTaking] has to follow. False where somebody waits for the steps' ends.
    boolean tryBeginTaking() {
        return !taking.hasQueuedThreads() && taking.tryAcquire();
    }

    void endTaking() {
        taking.release();
    }

    /// An answer that may have carried jobs did not arrive: once Redis answers, jobs that nobody here knows go back.
    void suspectLostAnswer() {
        lostAnswer = true;
    }

    private void keep() {
        long renewEvery = config.lease().dividedBy(3).toNanos();
        long pauseMillis =
                Math.min(TEND_EVERY.toMillis(), config.lease().dividedBy(3).toMillis());
        long renewed = System.nanoTime();
        while (!closed) {
            try {
                long since = System.nanoTime() - renewed;
                if (since >= renewEvery - pauseMillis * 1_000_000) {
                    renew();
                    renewed = System.nanoTime();
                    functions.observer().renewed(config.kind().wireName(), Math.max(0, since - renewEvery));
                }
                if (lostAnswer) {
                    disown();
                }
                tend();
            } catch (QueueUnavailable away) {
                LOG.debug("worker {} cannot keep its leases now: {}", config.name(), away.getMessage());
            } catch (RuntimeException broken) {
                LOG.error("worker {}: keeping leases failed, goes on", config.name(), broken);
            }
            try {
                Thread.sleep(pauseMillis);
            } catch (InterruptedException closing) {
                return;
            }
        }
    }

    private void renew() {
        List<ClaimedJob> jobs = List.copyOf(held.values());
        if (jobs.isEmpty()) {
            return;
        }
        List<String> arguments = new ArrayList<>(
                List.of(config.kind().wireName(), Long.toString(config.lease().toMillis())));
        for (ClaimedJob job : jobs) {
            arguments.add(job.id());
            arguments.add(job.token());
        }
        List<Object> answers = functions.call("sandmill_renew", arguments.toArray(String[]::new));
        for (int index = 0; index < jobs.size(); index++) {
            switch (Integer.parseInt(answers.get(index).toString())) {
                case 0 -> jobs.get(index).interrupt(Claim.Interruption.LEASE_LOST);
                case 2 -> jobs.get(index).interrupt(Claim.Interruption.CANCELLED);
                default -> {}
            }
        }
    }

    private void tend() {
        List<?> rows = functions.call(
                "sandmill_tend",
                config.kind().wireName(),
                config.name(),
                Long.toString(config.lease().toMillis()),
                Integer.toString(config.maxAttempts()),
                Integer.toString(slots.total()),
                "counted");
        // A library of an older process, which came back after Redis had lost ours, counts nothing.
        if (!rows.isEmpty() && rows.getFirst() instanceof Long over) {
            if (over > 0) {
                LOG.warn("worker {}: took over {} jobs whose worker stopped answering", config.name(), over);
                functions.observer().reclaimed(config.kind().wireName(), over);
            }
            rows = rows.subList(1, rows.size());
        }
        QueueFunctions.taken(rows).forEach(dying);
    }

    private void disown() {
        try {
            if (!taking.tryAcquire(ALL, 100, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            List<String> arguments = new ArrayList<>(List.of(config.kind().wireName(), config.name()));
            arguments.addAll(held.keySet());
            functions.call("sandmill_disown", arguments.toArray(String[]::new));
            lostAnswer = false;
        } finally {
            taking.release(ALL);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
