package dev.sandmill.orchestrator.index;

import dev.sandmill.api.EmbedFiles;
import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.api.JobId;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobRequest;
import dev.sandmill.api.JobState;
import dev.sandmill.api.RefineIndex;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.backplane.queue.JobQueue;
import dev.sandmill.backplane.queue.JobRecord;
import dev.sandmill.backplane.queue.QueueUnavailable;
import dev.sandmill.backplane.queue.Submission;
import dev.sandmill.backplane.queue.SubmitResult;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has files embedded by whichever processes take `index-batch` jobs, a bounded number of batches at a time,
/// and answers in the order in which they were given. A batch's job is known by its run and its content: a
/// run that starts over finds those that it submitted before.
public final class EmbeddingBatches {
    private static final Logger log = LoggerFactory.getLogger(EmbeddingBatches.class);
    private static final int MOST_IN_FLIGHT = 16;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);
    private static final int KEY_HEX_DIGITS = 32;

    private final JobQueue queue;
    private final JobJson json;

    public EmbeddingBatches(JobQueue queue, JobJson json) {
        this.queue = queue;
        this.json = json;
    }

    /// Files that belong together.
    ///
    /// @param request what is to be embedded of them; null where earlier batches have that in them
    record Batch(List<String> paths, @Nullable EmbedFiles request) {}

    /// What came of a batch.
    ///
    /// @param failed reasons by path
    record Done(Batch batch, Indexed.Chunks chunks, Map<String, String> failed) {}

    /// Gives batches until there are none.
    @FunctionalInterface
    interface Source {
        Optional<Batch> next();
    }

    /// Takes what came of them.
    @FunctionalInterface
    interface Sink {
        void done(Done done) throws InterruptedException;
    }

    private record Submitted(Batch batch, @Nullable JobId job) {}

    /// @param cancelled whether an interrupt means that nobody wants the rest any more; else it is left to be found
    ///     again
    void run(RunOrigin run, Source batches, Sink sink, BooleanSupplier cancelled) throws InterruptedException {
        Deque<Submitted> inFlight = new ArrayDeque<>();
        try {
            boolean more = true;
            while (more || !inFlight.isEmpty()) {
                while (more && inFlight.size() < MOST_IN_FLIGHT) {
                    Optional<Batch> next = batches.next();
                    more = next.isPresent();
                    if (more) {
                        inFlight.add(submit(run, next.get()));
                    }
                }
                if (!inFlight.isEmpty()) {
                    Done done = await(run, inFlight.getFirst());
                    inFlight.removeFirst();
                    sink.done(done);
                }
            }
        } catch (InterruptedException stopped) {
            if (cancelled.getAsBoolean()) {
                cancel(run, inFlight);
            }
            throw stopped;
        }
    }

    /// Has a repository's sketches replaced, some time soon.
    void refine(RunOrigin run, String repository) {
        try {
            JobRequest request = new RefineIndex(repository);
            SubmitResult result = queue.submit(new Submission(
                    run.tenant(),
                    JobKind.INDEX_EXACT,
                    json.writeRequest(request),
                    key(run, request),
                    run.requestId(),
                    run.traceparent()));
            if (result instanceof SubmitResult.Full full) {
                log.warn("the sketches of {} stay until its next run: {}", repository, full.reason());
            }
        } catch (QueueUnavailable away) {
            log.warn("the sketches of {} stay until its next run: {}", repository, away.getMessage());
        }
    }

    private Submitted submit(RunOrigin run, Batch batch) throws InterruptedException {
        EmbedFiles request = batch.request();
        if (request == null) {
            return new Submitted(batch, null);
        }
        Submission submission = new Submission(
                run.tenant(),
                JobKind.INDEX_BATCH,
                json.writeRequest(request),
                key(run, request),
                run.requestId(),
                run.traceparent());
        while (true) {
            switch (queue.submit(submission)) {
                case SubmitResult.Accepted(JobRecord job) -> {
                    return new Submitted(batch, job.id());
                }
                case SubmitResult.Known(JobRecord job) -> {
                    return new Submitted(batch, job.id());
                }
                case SubmitResult.Conflict(JobId existing) ->
                    throw new IllegalStateException("two batches have the same key as job " + existing);
                case SubmitResult.Full(String reason, Duration retryAfter) -> Thread.sleep(retryAfter);
            }
        }
    }

    private String key(RunOrigin run, JobRequest request) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(json.writeRequest(request).getBytes(StandardCharsets.UTF_8));
            return run.job() + ":" + HexFormat.of().formatHex(hash).substring(0, KEY_HEX_DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    private Done await(RunOrigin run, Submitted submitted) throws InterruptedException {
        JobId job = submitted.job();
        if (job == null) {
            return new Done(submitted.batch(), Indexed.Chunks.NONE, Map.of());
        }
        while (true) {
            Optional<JobRecord> record = queue.await(run.tenant(), job, LOOK_AGAIN);
            if (record.isEmpty()) {
                return failed(submitted.batch(), "its batch, job " + job + ", is not in the queue any more");
            }
            if (record.get().state().isTerminal()) {
                return done(submitted.batch(), record.get());
            }
        }
    }

    private Done done(Batch batch, JobRecord job) {
        String text = job.outcomeJson();
        if (text == null || !(json.readOutcome(job.kind(), text) instanceof Indexed outcome)) {
            return failed(batch, "its batch, job " + job.id() + ", has no outcome");
        }
        boolean whole = job.state() == JobState.DONE
                && (outcome.status() == IndexStatus.OK || outcome.status() == IndexStatus.PARTIAL);
        if (!whole) {
            return failed(batch, "its batch, job " + job.id() + ": " + outcome.message());
        }
        Map<String, String> failed = new HashMap<>();
        outcome.failures().forEach(failure -> failed.put(failure.path(), failure.reason()));
        return new Done(batch, outcome.chunks(), failed);
    }

    private static Done failed(Batch batch, String reason) {
        Map<String, String> failed = new HashMap<>();
        batch.paths().forEach(path -> failed.put(path, reason));
        return new Done(batch, Indexed.Chunks.NONE, failed);
    }

    private void cancel(RunOrigin run, Deque<Submitted> inFlight) {
        String outcome = json.writeOutcome(Indexed.withoutRun(IndexStatus.CANCELLED, "", "its run was cancelled"));
        for (Submitted submitted : inFlight) {
            JobId job = submitted.job();
            if (job != null) {
                try {
                    queue.cancel(run.tenant(), job, outcome);
                } catch (QueueUnavailable away) {
                    log.warn("batch {} of a cancelled run goes on: {}", job, away.getMessage());
                }
            }
        }
    }
}
