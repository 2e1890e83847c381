package dev.sandmill.orchestrator.index;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.queue.Claim;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Progress as events of the job and as news of its repository, at most ten a second; a new phase is always told, and
/// after a silence the last one again: who watches a long fetch sees that it is alive.
final class EmittedProgress implements RunProgress, AutoCloseable {
    static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Claim claim;
    private final String repository;
    private final StrictJson events;
    private final RunNews news;
    private @Nullable String lastPhase;
    private long emittedAt;
    private Runnable again = () -> {};
    private boolean closed;
    private final Duration heartbeat;
    private final Thread beating;

    /// @param heartbeat after which the last progress is told again where there was no other
    EmittedProgress(Claim claim, String repository, StrictJson events, RunNews news, Duration heartbeat) {
        this.claim = claim;
        this.repository = repository;
        this.events = events;
        this.news = news;
        this.heartbeat = heartbeat;
        this.beating = Thread.ofVirtual().name("progress-" + claim.job().id()).start(this::beat);
    }

    private void beat() {
        try {
            while (true) {
                Thread.sleep(heartbeat);
                repeat();
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void repeat() {
        if (!closed && System.nanoTime() - emittedAt >= heartbeat.toNanos()) {
            emittedAt = System.nanoTime();
            again.run();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        beating.interrupt();
    }

    /// The data of a `progress` event.
    record ProgressEvent(String phase, long filesDone, long filesTotal, long chunks) {}

    record RunProgressed(String job, String phase, long filesDone, long filesTotal, long chunks) {}

    @Override
    public synchronized void onProgress(String phase, long filesDone, long filesTotal, long chunks) {
        long now = System.nanoTime();
        if (phase.equals(lastPhase) && now - emittedAt < INTERVAL_NANOS) {
            return;
        }
        lastPhase = phase;
        emittedAt = now;
        again = () -> tell(phase, filesDone, filesTotal, chunks);
        again.run();
    }

    private void tell(String phase, long filesDone, long filesTotal, long chunks) {
        claim.emit("progress", events.write(new ProgressEvent(phase, filesDone, filesTotal, chunks)));
        String job = claim.job().id().value();
        news.tell(
                claim.job().tenant(),
                repository,
                "progress",
                events.write(new RunProgressed(job, phase, filesDone, filesTotal, chunks)));
    }
}
