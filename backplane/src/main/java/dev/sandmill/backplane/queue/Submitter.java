package dev.sandmill.backplane.queue;

import dev.sandmill.api.JobId;
import dev.sandmill.api.JobState;
import io.lettuce.core.RedisCommandExecutionException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The first step of every job: one round trip, whether it waits, starts at once, or is over already.
final class Submitter {
    private static final Duration OUT_OF_MEMORY_PAUSE = Duration.ofSeconds(5);

    private final QueueFunctions functions;
    private final SubmitGroups groups;

    Submitter(QueueFunctions functions) {
        this.functions = functions;
        this.groups = new SubmitGroups(functions);
    }

    /// @param started the job in the hands of the worker that brought it
    record Answer(SubmitResult result, QueueFunctions.@Nullable Taken started) {}

    /// A job that waits for a worker.
    SubmitResult submit(Submission submission) {
        return submit(submission, "", Duration.ZERO, "").result();
    }

    /// A job that this worker starts if nobody waits before it.
    Answer submit(Submission submission, String worker, Duration lease) {
        return submit(submission, worker, lease, "");
    }

    /// A job that is over when it comes.
    SubmitResult submitEnded(Submission submission, String outcomeJson) {
        SubmitResult result = submit(submission, "", Duration.ZERO, outcomeJson).result();
        return result instanceof SubmitResult.Accepted(JobRecord job)
                ? new SubmitResult.Accepted(job.started(job.createdAt()).done(job.createdAt(), outcomeJson))
                : result;
    }

    private Answer submit(Submission submission, String worker, Duration lease, String outcomeJson) {
        String tenant = submission.tenant();
        String kind = submission.kind().wireName();
        String request = submission.requestJson();
        String key = Objects.requireNonNullElse(submission.idempotencyKey(), "");
        String requestId = Objects.requireNonNullElse(submission.requestId(), "");
        String trace = Objects.requireNonNullElse(submission.traceparent(), "");
        try {
            List<?> reply = worker.isEmpty() && outcomeJson.isEmpty()
                    ? groups.submit(tenant, kind, request, key, requestId, trace)
                    : functions.call(
                            "sandmill_enqueue",
                            tenant,
                            kind,
                            request,
                            key,
                            requestId,
                            worker,
                            Long.toString(lease.toMillis()),
                            outcomeJson,
                            trace);
            return answer(submission, reply);
        } catch (QueueUnavailable failure) {
            if (isOutOfMemory(failure)) {
                return new Answer(new SubmitResult.Full("Redis has reached its maxmemory", OUT_OF_MEMORY_PAUSE), null);
            }
            throw failure;
        }
    }

    private static Answer answer(Submission submission, List<?> reply) {
        String what = QueueFunctions.text(reply, 0);
        if (!what.equals("accepted")) {
            return new Answer(refused(what, reply), null);
        }
        JobRecord job = accepted(submission, reply);
        QueueFunctions.Taken started = reply.size() < 4
                ? null
                : new QueueFunctions.Taken(job.started(job.createdAt()), QueueFunctions.text(reply, 3));
        return new Answer(new SubmitResult.Accepted(job), started);
    }

    private static SubmitResult refused(String what, List<?> reply) {
        return switch (what) {
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
                submission.requestId(),
                submission.traceparent());
    }

    private static boolean isOutOfMemory(QueueUnavailable failure) {
        return failure.getCause() instanceof RedisCommandExecutionException refused
                && refused.getMessage() != null
                && refused.getMessage().startsWith("OOM");
    }
}
