package dev.sandmill.orchestrator.tuning;

/// What was done since the start: runs that ended, and the time that all of them took together.
///
/// @param done what counts as throughput; may be more than one for each run
record Work(long done, long runs, long nanos) {
    Work since(Work before) {
        return new Work(done - before.done, runs - before.runs, nanos - before.nanos);
    }
}
