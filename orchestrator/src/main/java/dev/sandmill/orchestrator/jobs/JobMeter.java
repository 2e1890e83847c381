package dev.sandmill.orchestrator.jobs;

import dev.sandmill.api.JobKind;
import dev.sandmill.backplane.queue.Completion;
import dev.sandmill.backplane.queue.JobRecord;
import dev.sandmill.backplane.queue.SubmitResult;

/// Is told what becomes of jobs, for counters and clocks.
public interface JobMeter {
    /// Somebody asked for a job.
    void submitted(JobKind kind, SubmitResult result);

    /// An attempt begins.
    void started(JobRecord job);

    /// An attempt has ended this way.
    void ended(JobRecord job, Completion completion, long nanos);
}
