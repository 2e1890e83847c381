package dev.sandmill.backplane.queue;

import dev.sandmill.api.JobId;
import dev.sandmill.api.JobState;
import dev.sandmill.backplane.events.JobNews;
import dev.sandmill.backplane.redis.FunctionLibrary;
import dev.sandmill.backplane.redis.RedisConnections;
import dev.sandmill.backplane.redis.RedisLink;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The job queue over one Redis Function library; each call is one round trip.
public final class RedisJobQueue implements JobQueue, AutoCloseable {
    /// Every key of the queue starts with it; foreign clients name it when they submit.
    public static final String KEY = "sm:{q}";

    private static final Duration OUT_OF_MEMORY_PAUSE = Duration.ofSeconds(5);
    private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(2).toNanos();
    private static final int MAX_PAGE = 1000;

    private final RedisConnections connections;
    private final QueueFunctions functions;
    private final JobNews news;
    private final Set<RunningWorker> workers = ConcurrentHashMap.newKeySet();

    public RedisJobQueue(RedisConnections connections, RedisLink<String> link, FunctionLibrary library, JobNews news) {
        this.connections = connections;
        this.functions = new QueueFunctions(link, library, KEY);
        this.news = news;
    }

    @Override
    public SubmitResult submit(Submission submission) {
        try {
            return submitted(
                    submission,
                    functions.call(
                            "sandmill_enqueue",
                            submission.tenant(),
                            submission.kind().wireName(),
                            submission.requestJson(),
                            Objects.requireNonNullElse(submission.idempotencyKey(), ""),
                            Objects.requireNonNullElse(submission.requestId(), "")));
        } catch (QueueUnavailable failure) {
            if (isOutOfMemory(failure)) {
                return new SubmitResult.Full("Redis has reached its maxmemory", OUT_OF_MEMORY_PAUSE);
            }
            throw failure;
        }
    }

    private static SubmitResult submitted(Submission submission, List<?> reply) {
        String what = QueueFunctions.text(reply, 0);
        return switch (what) {
            case "accepted" -> new SubmitResult.Accepted(accepted(submission, reply));
            case "known" -> new SubmitResult.Known(QueueFunctions.job(reply.subList(1, reply.size())));
            case "conflict" -> new SubmitResult.Conflict(new JobId(QueueFunctions.text(reply, 1)));
            case "full" ->
                new SubmitResult.Full(
                        QueueFunctions.text(reply, 1),
                        Duration.ofMillis(Long.parseLong(QueueFunctions.text(reply, 2))));
            case "invalid" -> throw new IllegalArgumentException(QueueFunctions.text(reply, 1));
            default -> throw new IllegalStateException("submit answered '" + what + "', which no version says");
        };
    }

    private static JobRecord accepted(Submission submission, List<?> reply) {
        return new JobRecord(
                new JobId(QueueFunctions.text(reply, 1)),
                submission.tenant(),
                submission.kind(),
                JobState.QUEUED,
                0,
                Instant.ofEpochMilli(Long.parseLong(QueueFunctions.text(reply, 2))),
                null,
                null,
                submission.requestJson(),
                null,
                submission.requestId());
    }

    private static boolean isOutOfMemory(QueueUnavailable failure) {
        return failure.getCause() instanceof RedisCommandExecutionException refused
                && refused.getMessage() != null
                && refused.getMessage().startsWith("OOM");
    }

    @Override
    public Optional<JobRecord> find(String tenant, JobId id) {
        List<?> row = functions.call("sandmill_find", tenant, id.value());
        return row.isEmpty() ? Optional.empty() : Optional.of(QueueFunctions.job(row));
    }

    @Override
    public Optional<JobRecord> await(String tenant, JobId id, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            try (JobNews.Watch watch = news.watch(id.value())) {
                Optional<JobRecord> job = find(tenant, id);
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
        return new QueueStats(count(counts, 0), count(counts, 1), count(counts, 2), count(counts, 3), count(counts, 4));
    }

    @Override
    public void setCapacity(long jobs) {
        if (jobs < 1) {
            throw new IllegalArgumentException("capacity has to be at least 1, not " + jobs);
        }
        functions.call("sandmill_tune", Long.toString(jobs));
    }

    private static long count(List<?> counts, int index) {
        return Long.parseLong(QueueFunctions.text(counts, index));
    }

    @Override
    public Worker startWorker(WorkerConfig config, JobHandler handler) {
        RunningWorker worker = new RunningWorker(
                config, handler, functions, connections.link(StringCodec.UTF8), news, workers::remove);
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
    }
}
