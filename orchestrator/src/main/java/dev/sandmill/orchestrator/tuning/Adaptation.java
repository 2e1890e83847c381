package dev.sandmill.orchestrator.tuning;

import dev.sandmill.orchestrator.periodic.PeriodicThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The adaptive mode: while it is on, this process finds for itself how many programs and how many embeddings at a time
/// do the most, between the bounds of the tuning. Off, what is tuned is in force.
public final class Adaptation extends PeriodicThread {
    private static final Logger log = LoggerFactory.getLogger(Adaptation.class);
    private static final Duration PERIOD = Duration.ofMillis(250);

    private final Tuning tuning;
    private volatile List<AdaptiveLimit> limits = List.of();

    public Adaptation(Tuning tuning) {
        super("adaptation", PERIOD);
        this.tuning = tuning;
    }

    /// What is adapted, and how it stands; empty while the mode is off.
    public List<AdaptiveLimit.View> views() {
        return limits.stream().map(AdaptiveLimit::view).toList();
    }

    @Override
    protected void once() {
        if (!tuning.isAdaptive()) {
            limits = List.of();
        } else if (limits.isEmpty()) {
            limits = new ArrayList<>(tuning.adaptable(System.nanoTime()));
            log.info(
                    "adaptive mode: looking for the best {}",
                    views().stream().map(AdaptiveLimit.View::name).toList());
        }
        for (AdaptiveLimit limit : limits) {
            limit.look(System.nanoTime());
        }
    }
}
