package dev.sandmill.orchestrator.index;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.queue.Claim;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Progress as events of the job and as news of its repository, at most ten a second; a new phase is always told.
final class EmittedProgress implements RunProgress {
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Claim claim;
    private final String repository;
    private final StrictJson events;
    private final RunNews news;
    private @Nullable String lastPhase;
    private long emittedAt;

    EmittedProgress(Claim claim, String repository, StrictJson events, RunNews news) {
        this.claim = claim;
        this.repository = repository;
        this.events = events;
        this.news = news;
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
        claim.emit("progress", events.write(new ProgressEvent(phase, filesDone, filesTotal, chunks)));
        String job = claim.job().id().value();
        news.tell(
                claim.job().tenant(),
                repository,
                "progress",
                events.write(new RunProgressed(job, phase, filesDone, filesTotal, chunks)));
    }
}
