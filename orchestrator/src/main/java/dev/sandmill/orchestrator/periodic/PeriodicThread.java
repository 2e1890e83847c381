package dev.sandmill.orchestrator.periodic;

import dev.sandmill.api.text.Spelled;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// A virtual thread that does one thing, rests, and does it again until it is stopped. A defect in it is
/// logged and ends nothing. Extended by who lives as long as it.
public abstract class PeriodicThread implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(PeriodicThread.class);

    private final String name;
    private final Duration pause;
    private volatile @Nullable Thread running;

    protected PeriodicThread(String name, Duration pause) {
        this.name = name;
        this.pause = pause;
    }

    /// Once; what is expected to fail is caught here.
    protected abstract void once();

    private void again() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                once();
            } catch (RuntimeException defect) {
                log.error("{} stumbled; it goes on in {}", name, Spelled.time(pause), defect);
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    @Override
    public void start() {
        running = Thread.ofVirtual().name(name).start(this::again);
    }

    @Override
    public void stop() {
        Thread ending = running;
        if (ending != null) {
            ending.interrupt();
            running = null;
        }
    }

    @Override
    public boolean isRunning() {
        return running != null;
    }
}
