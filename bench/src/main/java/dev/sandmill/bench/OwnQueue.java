package dev.sandmill.bench;

import dev.sandmill.api.JobKind;
import dev.sandmill.api.text.Spelled;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.queue.Completion;
import dev.sandmill.backplane.queue.JobQueue;
import dev.sandmill.backplane.queue.QueueStats;
import dev.sandmill.backplane.queue.Submission;
import dev.sandmill.backplane.queue.SubmitResult;
import dev.sandmill.backplane.queue.Worker;
import dev.sandmill.backplane.queue.WorkerConfig;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// Sandmill's queue. The worker's connections are others than the producer's, as if it were another process: no job
/// takes the short way into a slot of the process that submits it.
final class OwnQueue implements QueueContestant {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Completion OK = new Completion.Finished("{\"status\":\"ok\"}");
    private static final String NUMBER = "{\"n\":";

    private final Backplane producers;
    private final Backplane workers;
    private int workersStarted;

    OwnQueue(URI redis) {
        this.producers = Backplane.open(BackplaneConfig.at(redis));
        this.workers = Backplane.open(BackplaneConfig.at(redis));
    }

    private static String payload(int number) {
        String start = NUMBER + number + ",\"x\":\"";
        return start + "x".repeat(PAYLOAD_BYTES - start.length() - 2) + "\"}";
    }

    private static int number(String payload) {
        return Integer.parseInt(payload.substring(NUMBER.length(), payload.indexOf(',')));
    }

    private void submitOne(int number) {
        SubmitResult result =
                producers.queue().submit(new Submission("bench", JobKind.EXECUTE, payload(number), null, null));
        if (!(result instanceof SubmitResult.Accepted)) {
            throw new IllegalStateException("job " + number + " was answered with " + result);
        }
    }

    @Override
    public double submit(int jobs) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, IN_FLIGHT)
                    .forEach(thread -> threads.execute(() -> {
                        for (int number = next.getAndIncrement(); number < jobs; number = next.getAndIncrement()) {
                            submitOne(number);
                        }
                    }));
        }
        double perSecond = jobs * 1e9 / (System.nanoTime() - start);
        long queued = producers.queue().stats().queued();
        if (queued != jobs) {
            throw new IllegalStateException("of " + jobs + " jobs that were submitted " + queued + " wait");
        }
        return perSecond;
    }

    @Override
    public double drain(int jobs) throws InterruptedException {
        long start = System.nanoTime();
        Taking taking = new Taking(jobs);
        double perSecond = jobs * 1e9 / (taking.awaitEnd() - start);
        taking.finish();
        return perSecond;
    }

    @Override
    public Latencies paced(int jobs, int jobsPerSecond) throws InterruptedException {
        Taking taking = new Taking(jobs);
        while (!taking.worker.isTakingJobs()) {
            Thread.sleep(1);
        }
        long start = System.nanoTime() + Duration.ofMillis(50).toNanos();
        long[] due = IntStream.range(0, jobs)
                .mapToLong(number -> start + number * 1_000_000_000L / jobsPerSecond)
                .toArray();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < jobs; number++) {
                int offered = number;
                for (long wait = due[number] - System.nanoTime(); wait > 0; wait = due[offered] - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                threads.execute(() -> submitOne(offered));
            }
        }
        taking.awaitEnd();
        taking.finish();
        return new Latencies(IntStream.range(0, jobs)
                .mapToLong(number -> taking.startedAt.get(number) - due[number])
                .toArray());
    }

    /// A worker that takes this many jobs.
    private final class Taking {
        private final JobQueue queue = workers.queue();
        private final int jobs;
        private final AtomicIntegerArray starts;
        private final AtomicLongArray startedAt;
        private final CountDownLatch handled;
        private final Worker worker;

        Taking(int jobs) {
            this.jobs = jobs;
            this.starts = new AtomicIntegerArray(jobs);
            this.startedAt = new AtomicLongArray(jobs);
            this.handled = new CountDownLatch(jobs);
            WorkerConfig config = new WorkerConfig(
                    "bench-" + workersStarted++,
                    JobKind.EXECUTE,
                    SLOTS,
                    Duration.ofSeconds(15),
                    3,
                    Duration.ofSeconds(5),
                    job -> "{\"status\":\"failed\",\"message\":\"its workers died\"}");
            this.worker = queue.startWorker(config, claim -> {
                int number = number(claim.job().requestJson());
                startedAt.set(number, System.nanoTime());
                starts.incrementAndGet(number);
                handled.countDown();
                return OK;
            });
        }

        /// When Redis has confirmed the last job's end: a worker holds a job until then.
        long awaitEnd() throws InterruptedException {
            long deadline = System.nanoTime() + LONGEST.toNanos();
            boolean all = handled.await(LONGEST.toNanos(), TimeUnit.NANOSECONDS);
            while (worker.busySlots() > 0 && System.nanoTime() < deadline) {
                LockSupport.parkNanos(50_000);
            }
            if (!all || worker.busySlots() > 0) {
                throw new IllegalStateException(handled.getCount() + " of " + jobs + " jobs were not started, "
                        + worker.busySlots() + " are under way after " + Spelled.time(LONGEST));
            }
            return System.nanoTime();
        }

        void finish() {
            worker.close();
            QueueStats stats = queue.stats();
            long once = IntStream.range(0, jobs)
                    .filter(number -> starts.get(number) == 1)
                    .count();
            QueueContestant.check(
                    "sandmill", jobs, once, stats.queued() + stats.running() + stats.delayed() + stats.dead());
        }
    }

    @Override
    public void close() {
        workers.close();
        producers.close();
    }
}
