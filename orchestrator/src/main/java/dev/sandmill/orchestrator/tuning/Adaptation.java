package dev.sandmill.orchestrator.tuning;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// The adaptive mode: while it is on, this process finds for itself how many programs and how many embeddings at a time
/// do the most, between the bounds of the tuning. Off, what is tuned is in force.
public final class Adaptation implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Adaptation.class);
    private static final Duration PERIOD = Duration.ofMillis(250);

    private final Tuning tuning;
    private volatile List<AdaptiveLimit> limits = List.of();
    private volatile @Nullable Thread looking;

    public Adaptation(Tuning tuning) {
        this.tuning = tuning;
    }

    /// What is adapted, and how it stands; empty while the mode is off.
    public List<AdaptiveLimit.View> views() {
        return limits.stream().map(AdaptiveLimit::view).toList();
    }

    private void lookOnce() {
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

    private void look() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                lookOnce();
            } catch (RuntimeException defect) {
                log.error("the adaptive mode stumbled; it looks again in {}", PERIOD, defect);
            }
            try {
                Thread.sleep(PERIOD);
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    @Override
    public void start() {
        looking = Thread.ofVirtual().name("adaptation").start(this::look);
    }

    @Override
    public void stop() {
        Thread running = looking;
        if (running != null) {
            running.interrupt();
            looking = null;
        }
    }

    @Override
    public boolean isRunning() {
        return looking != null;
    }
}
