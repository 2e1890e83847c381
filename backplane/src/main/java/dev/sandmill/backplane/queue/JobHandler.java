package dev.sandmill.backplane.queue;

/// Does a job's work. Runs on a virtual thread of its own. An interrupt means that the job was cancelled, its
/// lease was lost or the worker has to stop; the handler then stops what it started, and says how it ended.
@FunctionalInterface
public interface JobHandler {
    Completion handle(Claim claim) throws InterruptedException;
}
