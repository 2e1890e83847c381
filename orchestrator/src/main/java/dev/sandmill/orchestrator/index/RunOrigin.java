package dev.sandmill.orchestrator.index;

import dev.sandmill.backplane.queue.JobRecord;
import dev.sandmill.orchestrator.tracing.Steps;
import org.jspecify.annotations.Nullable;

/// The job that a run is done for.
///
/// @param job its id; parts of the run that were submitted before are known again by it
/// @param requestId goes into the log lines of whoever does a part
/// @param traceparent what their spans are below
public record RunOrigin(
        String tenant,
        String job,
        @Nullable String requestId,
        @Nullable String traceparent) {
    static RunOrigin of(JobRecord job, Steps steps) {
        return new RunOrigin(job.tenant(), job.id().value(), job.requestId(), steps.traceparent());
    }
}
