package dev.sandmill.orchestrator.holder;

import dev.sandmill.backplane.queue.Completion;
import dev.sandmill.backplane.queue.JobHandler;

/// Where the pool's search index is, as this process last heard. Thread-safe.
public final class IndexPlace {
    private volatile Place place = Place.UNKNOWN;

    enum Place {
        /// Redis has not been asked yet.
        UNKNOWN,
        HERE,
        ELSEWHERE
    }

    Place now() {
        return place;
    }

    void set(Place now) {
        place = now;
    }

    /// The handler, for jobs that only the holder can do: a job that was taken in the moment in which the index moved
    /// away is given back.
    public JobHandler guarding(JobHandler handler) {
        return claim -> place == Place.ELSEWHERE ? new Completion.HandedBack() : handler.handle(claim);
    }
}
