package dev.sandmill.orchestrator.index;

import dev.sandmill.backplane.queue.JobRecord;
import org.jspecify.annotations.Nullable;

/// The job that a run is done for.
///
/// @param job its id; parts of the run that were submitted before are known again by it
/// @param requestId goes into the log lines of whoever does a part
public record RunOrigin(String tenant, String job, @Nullable String requestId) {
    static RunOrigin of(JobRecord job) {
        return new RunOrigin(job.tenant(), job.id().value(), job.requestId());
    }
}
