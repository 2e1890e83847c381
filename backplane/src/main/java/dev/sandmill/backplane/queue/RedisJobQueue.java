package dev.sandmill.backplane.queue;

import dev.sandmill.api.JobId;
import dev.sandmill.api.JobKind;
import dev.sandmill.backplane.events.JobNews;
import dev.sandmill.backplane.redis.FunctionLibrary;
import dev.sandmill.backplane.redis.RedisConnections;
import dev.sandmill.backplane.redis.RedisLink;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The job queue over one Redis Function library; each call is one round trip.
public final class RedisJobQueue implements JobQueue, AutoCloseable {
    /// Every key of the queue starts with it; foreign clients name it when they submit.
    public static final String KEY = "sm:{q}";

    private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(2).toNanos();
    private static final int MAX_PAGE = 1000;

    private final RedisConnections connections;
    private final QueueFunctions functions;
    private final Submitter submitter;
    private final JobNews news;
    /// Sends what jobs say, a moment after they said it.
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("sandmill-events").factory());
    private final Set<RunningWorker> workers = ConcurrentHashMap.newKeySet();

    public RedisJobQueue(
            RedisConnections connections,
            RedisLink<String> link,
            FunctionLibrary library,
            JobNews news,
            QueueObserver observer) {
        this.connections = connections;
        this.functions = new QueueFunctions(link, library, KEY, observer);
        this.submitter = new Submitter(functions);
        this.news = news;
        clock.setRemoveOnCancelPolicy(true);
    }

    @Override
    public SubmitResult submit(Submission submission) {
        return begin(submission).result();
    }

    @Override
    public SubmitResult submit(Submission submission, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        RunningWorker.Begun begun = begin(submission);
        ClaimedJob claim = begun.claim();
        Optional<JobRecord> end = claim == null ? Optional.empty() : endOf(claim, patience);
        return switch (begun.result()) {
            case SubmitResult.Accepted(JobRecord job) ->
                new SubmitResult.Accepted(end.isPresent() ? end.get() : awaited(job, deadline));
            case SubmitResult.Known(JobRecord job) -> new SubmitResult.Known(awaited(job, deadline));
            case SubmitResult.Conflict conflict -> conflict;
            case SubmitResult.Full full -> full;
        };
    }

    @Override
    public SubmitResult submitEnded(Submission submission, String outcomeJson) {
        return submitter.submitEnded(submission, outcomeJson);
    }

    /// Into a free slot of this process, if there is one and nobody waits.
    private RunningWorker.Begun begin(Submission submission) {
        for (RunningWorker worker : workers) {
            if (worker.kind() == submission.kind()) {
                Optional<RunningWorker.Begun> begun = worker.submit(submitter, submission);
                if (begun.isPresent()) {
                    return begun.get();
                }
            }
        }
        return new RunningWorker.Begun(submitter.submit(submission), null);
    }

    /// What became of an attempt in this process, without asking Redis for it.
    private static Optional<JobRecord> endOf(ClaimedJob claim, Duration patience) throws InterruptedException {
        try {
            return claim.end().get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException stillRunning) {
            return Optional.empty();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private JobRecord awaited(JobRecord job, long deadline) throws InterruptedException {
        return job.state().isTerminal()
                ? job
                : await(job.tenant(), job.id(), Duration.ofNanos(deadline - System.nanoTime()))
                        .orElse(job);
    }

    @Override
    public Optional<JobRecord> find(String tenant, JobId id) {
        return found(functions.call("sandmill_find", tenant, id.value()));
    }

    private static Optional<JobRecord> found(List<?> row) {
        return row.isEmpty() ? Optional.empty() : Optional.of(QueueFunctions.job(row));
    }

    @Override
    public Optional<JobRecord> await(String tenant, JobId id, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            try (JobNews.Watch watch = news.watch(id.value())) {
                Optional<JobRecord> job = found(functions.call("sandmill_await", tenant, id.value()));
                long left = deadline - System.nanoTime();
                if (job.isEmpty() || job.get().state().isTerminal() || left <= 0) {
                    return job;
                }
                watch.await(Math.min(left, LOOK_AGAIN_NANOS));
            }
        }
    }

    @Override
    public JobPage list(JobFilter filter) {
        List<?> reply = functions.call(
                "sandmill_list",
                filter.tenant(),
                filter.kind() == null ? "" : filter.kind().wireName(),
                filter.state() == null ? "" : filter.state().name().toLowerCase(Locale.ROOT),
                Integer.toString(Math.clamp(filter.limit(), 1, MAX_PAGE)),
                Objects.requireNonNullElse(filter.cursor(), ""));
        List<JobRecord> jobs = reply.stream()
                .skip(1)
                .map(row -> QueueFunctions.job((List<?>) row))
                .toList();
        String next = QueueFunctions.text(reply, 0);
        return new JobPage(jobs, next.isEmpty() ? null : next);
    }

    @Override
    public Optional<JobRecord> cancel(String tenant, JobId id, String cancelledOutcomeJson) {
        List<?> row = functions.call("sandmill_cancel", tenant, id.value(), cancelledOutcomeJson);
        if (row.isEmpty()) {
            return Optional.empty();
        }
        JobRecord job = QueueFunctions.job(row);
        if (job.state().isTerminal()) {
            news.wake(id.value());
        }
        return Optional.of(job);
    }

    @Override
    public QueueStats stats() {
        List<?> counts = functions.call("sandmill_stats");
        return new QueueStats(
                count(counts, 0),
                count(counts, 1),
                count(counts, 2),
                count(counts, 3),
                count(counts, 4),
                lanes(counts.subList(5, counts.size())));
    }

    @Override
    public void setCapacity(long jobs) {
        if (jobs < 1) {
            throw new IllegalArgumentException("capacity has to be at least 1, not " + jobs);
        }
        functions.call("sandmill_tune", Long.toString(jobs));
    }

    /// Name, waiting, running and age of each; kinds that a later version has are left out.
    private static List<QueueStats.Lane> lanes(List<?> rows) {
        List<QueueStats.Lane> lanes = new ArrayList<>();
        for (int at = 0; at + 3 < rows.size(); at += 4) {
            long waiting = count(rows, at + 1);
            long running = count(rows, at + 2);
            Duration oldest = Duration.ofMillis(count(rows, at + 3));
            JobKind.named(QueueFunctions.text(rows, at))
                    .ifPresent(kind -> lanes.add(new QueueStats.Lane(kind, waiting, running, oldest)));
        }
        return lanes;
    }

    private static long count(List<?> counts, int index) {
        return Long.parseLong(QueueFunctions.text(counts, index));
    }

    @Override
    public Worker startWorker(WorkerConfig config, JobHandler handler) {
        RunningWorker worker = new RunningWorker(
                config, handler, functions, connections.promptLink(StringCodec.UTF8), news, clock, workers::remove);
        workers.add(worker);
        worker.start();
        return worker;
    }

    /// Closes every worker that is still open, all at a time.
    @Override
    public void close() {
        try (ExecutorService closers = Executors.newVirtualThreadPerTaskExecutor()) {
            workers.forEach(worker -> closers.execute(worker::close));
        }
        clock.shutdownNow();
    }
}
