package dev.sandmill.backplane.queue;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a worker's jobs come into its slots.
final class Taking {
    private static final Logger LOG = LoggerFactory.getLogger(Taking.class);

    private final String worker;
    private final Intake intake;
    private final Slots slots;
    private final Attempts attempts;
    private final BooleanSupplier takesJobs;

    /// @param takesJobs false while the worker is paused or stops
    Taking(String worker, Intake intake, Slots slots, Attempts attempts, BooleanSupplier takesJobs) {
        this.worker = worker;
        this.intake = intake;
        this.slots = slots;
        this.attempts = attempts;
        this.takesJobs = takesJobs;
    }

    /// Takes what was delivered on the thread that read of it, if there are slots for it: each thread that would have
    /// to wake up in between may find its processor busy, and waits for that one although another is idle.
    boolean atOnce(List<Intake.Ready> delivered) {
        if (!takesJobs.getAsBoolean() || !slots.tryAcquire(delivered.size())) {
            return false;
        }
        if (!attempts.tryBeginTaking()) {
            slots.release(delivered.size());
            return false;
        }
        try {
            intake.askFor(delivered).whenComplete((jobs, failure) -> answered(delivered, jobs, failure));
            return true;
        } catch (QueueUnavailable away) {
            attempts.endTaking();
            slots.release(delivered.size());
            return false;
        }
    }

    private void answered(
            List<Intake.Ready> delivered, @Nullable List<QueueFunctions.Taken> jobs, @Nullable Throwable failure) {
        List<ClaimedJob> claims =
                jobs == null ? List.of() : jobs.stream().map(attempts::hold).toList();
        attempts.endTaking();
        if (failure == null) {
            claims.forEach(attempts::start);
            slots.release(delivered.size() - claims.size());
            return;
        }
        attempts.suspectLostAnswer();
        LOG.debug("worker {} tries again to take {} jobs: {}", worker, delivered.size(), failure.getMessage());
        Thread.ofVirtual().name("sandmill-take-" + worker).start(() -> takeAgain(delivered));
    }

    private void takeAgain(List<Intake.Ready> delivered) {
        try {
            startAll(delivered.size(), delivered);
        } catch (QueueUnavailable away) {
            attempts.suspectLostAnswer();
        }
    }

    /// Takes jobs for these slots and gives back those that are left; what was delivered beyond them is
    /// passed on.
    void startAll(int acquired, List<Intake.Ready> delivered) {
        int started = 0;
        try {
            started = attempts.whileTaking(() -> {
                if (!takesJobs.getAsBoolean()) {
                    return 0;
                }
                List<QueueFunctions.Taken> jobs = intake.take(acquired, delivered);
                jobs.forEach(job -> attempts.start(attempts.hold(job)));
                return jobs.size();
            });
        } finally {
            slots.release(acquired - started);
        }
    }
}
