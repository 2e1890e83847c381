package dev.sandmill.sandbox;

import dev.sandmill.api.Executed;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.sandbox.cache.Recheck;
import dev.sandmill.sandbox.cache.Repeatable;
import dev.sandmill.sandbox.cache.ResultCache;
import dev.sandmill.sandbox.cache.ResultKey;
import dev.sandmill.sandbox.cache.SingleFlight;
import dev.sandmill.sandbox.container.ContainerLost;
import dev.sandmill.sandbox.container.ContainerUnavailable;
import dev.sandmill.sandbox.run.InvalidProgram;
import dev.sandmill.sandbox.run.ProgramRunner;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deterministic programs: answered from the result cache, or run by one caller at a time for all who ask. A fraction
/// of the cached answers is doubted: that caller gets a run of its own, and a different answer is forgotten and told.
/// Thread-safe.
final class CachedRuns {
    private static final Logger LOG = LoggerFactory.getLogger(CachedRuns.class);

    private final ResultCache results;
    private final Recheck recheck;
    private final SingleFlight flights = new SingleFlight();
    private final LongAdder hits = new LongAdder();

    CachedRuns(ResultCache results, Recheck recheck) {
        this.results = results;
        this.recheck = recheck;
    }

    /// Runs the program.
    interface Run {
        Executed run() throws InvalidProgram, ContainerUnavailable, ContainerLost, InterruptedException;
    }

    /// @param patience how long to wait for another that runs the same
    Executed answer(ResultKey key, Duration patience, Run run)
            throws InvalidProgram, ContainerUnavailable, ContainerLost, InterruptedException {
        Optional<Executed> known = results.get(key);
        if (known.isPresent()) {
            return hit(key, known.get(), run);
        }
        try (SingleFlight.Seat seat = flights.take(key, patience)) {
            Optional<Executed> shared = seat.answer();
            if (shared.isPresent()) {
                hits.increment();
                return shared.get().fromCache();
            }
            Executed executed = run.run();
            if (remember(key, executed)) {
                seat.share(executed);
            } else if (executed.status() != ProgramStatus.CANCELLED && executed.status() != ProgramStatus.FAILED) {
                seat.disband();
            }
            return executed;
        }
    }

    /// The answer that is at hand without waiting for anyone, unless it is to be checked by a run.
    Optional<Executed> atHand(ResultKey key) {
        Optional<Executed> known = results.peek(key);
        if (known.isEmpty() || recheck.isDoubtedForLater(key)) {
            return Optional.empty();
        }
        hits.increment();
        return known.map(Executed::fromCache);
    }

    /// Whether it is worth remembering; a run that met a limit may end otherwise on another day.
    boolean remember(ResultKey key, Executed executed) {
        boolean isRepeatable = isRepeatable(executed);
        if (isRepeatable) {
            results.put(key, executed);
        }
        return isRepeatable;
    }

    private Executed hit(ResultKey key, Executed known, Run run) throws InvalidProgram, InterruptedException {
        hits.increment();
        if (!recheck.isDoubted(key)) {
            return known.fromCache();
        }
        Executed fresh;
        try {
            fresh = run.run();
        } catch (ContainerUnavailable | ContainerLost away) {
            LOG.debug("a cached answer could not be checked: {}", away.getMessage());
            return known.fromCache();
        }
        if (!isRepeatable(fresh)) {
            return fresh.status() == ProgramStatus.CANCELLED ? fresh : known.fromCache();
        }
        if (recheck.confirms(key, known, fresh)) {
            return fresh;
        }
        results.remove(key);
        LOG.warn("a program that was judged deterministic gave another answer than before; forgot {}", key.value());
        return fresh.judged(false, List.of("differed"));
    }

    private static boolean isRepeatable(Executed executed) {
        List<Executed> runs = executed.runs();
        return Repeatable.isRepeatable(executed)
                && (runs == null ? List.of(executed) : runs).stream().allMatch(ProgramRunner::collectedWhole);
    }

    long hits() {
        return hits.sum();
    }
}
