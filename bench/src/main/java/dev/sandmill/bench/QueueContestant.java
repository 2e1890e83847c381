package dev.sandmill.bench;

import java.io.IOException;

/// A queue of the contest, with a producer and a worker. Each step counts its jobs: one that was lost, or started
/// twice, is an [IllegalStateException].
interface QueueContestant extends AutoCloseable {
    /// Jobs that one producer hands in at a time.
    int IN_FLIGHT = 100;

    /// Jobs that one worker does at a time.
    int SLOTS = 100;

    /// Of a job's data as JSON.
    int PAYLOAD_BYTES = 200;

    /// Hands in this many jobs, which nobody takes yet; answers jobs per second.
    double submit(int jobs) throws IOException, InterruptedException;

    /// Does that many waiting jobs, until Redis has confirmed the last one's end; answers jobs per second.
    double drain(int jobs) throws IOException, InterruptedException;

    /// Offers this many jobs at this rate to a waiting worker; answers how long after it was due each one started.
    Latencies paced(int jobs, int jobsPerSecond) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;

    static void check(String who, int jobs, long startedOnce, long left) {
        if (startedOnce != jobs || left != 0) {
            throw new IllegalStateException(who + ": of " + jobs + " jobs " + startedOnce + " started exactly once, "
                    + left + " are not finished");
        }
    }
}
