package dev.sandmill.orchestrator.tuning;

import dev.sandmill.backplane.queue.QueueUnavailable;
import dev.sandmill.backplane.redis.RedisUnavailable;
import dev.sandmill.orchestrator.periodic.PeriodicThread;
import dev.sandmill.orchestrator.settings.LiveSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The adaptive mode: while it is on, this process finds for itself how many programs and how many embeddings at a
/// time, and how many texts of one call, do the most, between the bounds of the tuning. Off, what is tuned is in force.
public final class Adaptation extends PeriodicThread {
    private static final Logger log = LoggerFactory.getLogger(Adaptation.class);
    private static final Duration PERIOD = Duration.ofMillis(100);

    private final Tuning tuning;
    private final LiveSettings settings;
    private final String instance;
    private volatile List<Turns> groups = List.of();

    /// @param settings has what was found among its changes
    /// @param instance under whose name
    public Adaptation(Tuning tuning, LiveSettings settings, String instance) {
        super("adaptation", PERIOD);
        this.tuning = tuning;
        this.settings = settings;
        this.instance = instance;
    }

    /// Limits of which one looks at a time, since what one changes the others would measure.
    private static final class Turns {
        final List<AdaptiveLimit> limits;
        private int turn;

        Turns(List<AdaptiveLimit> limits) {
            this.limits = limits;
        }

        void look(long nowNanos) {
            if (limits.get(turn).look(nowNanos) && limits.size() > 1) {
                turn = (turn + 1) % limits.size();
                limits.get(turn).begin(nowNanos);
            }
        }
    }

    /// What is adapted, and how it stands; empty while the mode is off.
    public List<AdaptiveLimit.View> views() {
        return groups.stream()
                .flatMap(turns -> turns.limits.stream())
                .map(AdaptiveLimit::view)
                .toList();
    }

    @Override
    protected void once() {
        if (!tuning.isAdaptive()) {
            groups = List.of();
        } else if (groups.isEmpty()) {
            List<Turns> made = new ArrayList<>();
            tuning.adaptable(System.nanoTime()).forEach(limits -> made.add(new Turns(limits)));
            groups = made;
            log.info(
                    "adaptive mode: looking for the best {}",
                    views().stream().map(AdaptiveLimit.View::name).toList());
        }
        for (Turns turns : groups) {
            turns.look(System.nanoTime());
            turns.limits.forEach(this::tell);
        }
    }

    private void tell(AdaptiveLimit limit) {
        int before = limit.told();
        OptionalInt found = limit.settled();
        if (found.isEmpty()) {
            return;
        }
        try {
            settings.note(tuning.group(), "adaptive", instance, limit.name(), before, found.getAsInt());
        } catch (RedisUnavailable | QueueUnavailable away) {
            log.warn(
                    "{} is {} now, which is not among the changes: {}",
                    limit.name(),
                    found.getAsInt(),
                    away.getMessage());
        }
    }
}
