package dev.sandmill.orchestrator.http;

import dev.sandmill.api.EmbedFiles;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.api.JobId;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobOutcome;
import dev.sandmill.api.JobRequest;
import dev.sandmill.api.JobState;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.RefineIndex;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.backplane.queue.JobFilter;
import dev.sandmill.backplane.queue.JobPage;
import dev.sandmill.backplane.queue.JobQueue;
import dev.sandmill.backplane.queue.JobRecord;
import dev.sandmill.orchestrator.jobs.JobDoor;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.Caller;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/jobs`: submit, look, list, cancel.
@RestController
public final class JobRoutes {
    private static final int MOST_LISTED = 1000;

    private final JobDoor door;
    private final JobQueue queue;
    private final JobJson json;
    private final IndexableRepositories repositories;

    public JobRoutes(JobDoor door, JobQueue queue, JobJson json, IndexableRepositories repositories) {
        this.door = door;
        this.queue = queue;
        this.json = json;
        this.repositories = repositories;
    }

    @PostMapping("/v1/jobs")
    ResponseEntity<byte[]> submit(
            Caller caller,
            @RequestBody byte[] body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey,
            @RequestParam(name = "wait", required = false) @Nullable String wait)
            throws InterruptedException {
        Duration patience = WaitParameter.parse(wait);
        JobRequest request = json.readJobBody(body);
        repositories.require(caller.tenant(), request);
        JobDoor.Entry entry = patience.isPositive()
                ? door.submit(caller, request, idempotencyKey, patience)
                : door.submit(caller, request, idempotencyKey);
        JobRecord job = entry.job();
        boolean whole = job.state().isTerminal() || !entry.isNew();
        return answer(
                whole ? HttpStatus.OK : HttpStatus.ACCEPTED,
                whole ? door.written(job) : json.writeAccepted(door.view(job)));
    }

    @GetMapping("/v1/jobs/{id}")
    ResponseEntity<byte[]> get(
            Caller caller,
            @PathVariable String id,
            @RequestParam(name = "wait", required = false) @Nullable String wait)
            throws InterruptedException {
        caller.requireReader();
        Duration patience = WaitParameter.parse(wait);
        JobId jobId = jobId(id);
        JobRecord job = (patience.isPositive()
                        ? queue.await(caller.jobsOf(), jobId, patience)
                        : queue.find(caller.jobsOf(), jobId))
                .orElseThrow(() -> unknown(jobId));
        return answer(HttpStatus.OK, door.written(job));
    }

    @GetMapping("/v1/jobs")
    ResponseEntity<byte[]> list(
            Caller caller,
            @RequestParam(name = "kind", required = false) @Nullable String kind,
            @RequestParam(name = "state", required = false) @Nullable String state,
            @RequestParam(name = "limit", required = false) @Nullable String limit,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor) {
        caller.requireReader();
        JobPage page = queue.list(new JobFilter(
                caller.jobsOf(),
                kind == null ? null : kindNamed(kind),
                state == null ? null : stateNamed(state),
                limit(limit),
                cursor));
        return answer(
                HttpStatus.OK,
                json.writeJobs(page.jobs().stream().map(door::view).toList(), page.next()));
    }

    @DeleteMapping("/v1/jobs/{id}")
    ResponseEntity<byte[]> cancel(Caller caller, @PathVariable String id) {
        caller.requireAny();
        JobId jobId = jobId(id);
        JobRecord job = queue.find(caller.jobsOf(), jobId).orElseThrow(() -> unknown(jobId));
        JobOutcome cancelled = switch (job.kind()) {
            case EXECUTE -> Executed.withoutRun(ProgramStatus.CANCELLED, "cancelled before it was started");
            case INDEX, INDEX_BATCH, INDEX_EXACT ->
                Indexed.withoutRun(
                        IndexStatus.CANCELLED,
                        repositoryOf(json.readStored(job.requestJson())),
                        "cancelled before it was started");
        };
        JobRecord after = queue.cancel(caller.jobsOf(), jobId, json.writeOutcome(cancelled))
                .orElseThrow(() -> unknown(jobId));
        return answer(HttpStatus.ACCEPTED, door.written(after));
    }

    private static String repositoryOf(JobRequest request) {
        return switch (request) {
            case ExecuteCode code -> "";
            case IndexRepository index -> index.repository();
            case EmbedFiles batch -> batch.repository();
            case RefineIndex refinement -> refinement.repository();
        };
    }

    private static JobId jobId(String text) {
        try {
            return new JobId(text);
        } catch (IllegalArgumentException malformed) {
            throw ApiProblem.notFound("there is no job with this id");
        }
    }

    private static ApiProblem unknown(JobId id) {
        return ApiProblem.notFound("there is no job " + id + "; finished ones are kept for a day");
    }

    private static JobKind kindNamed(String text) {
        return JobKind.named(text)
                .orElseThrow(() -> ApiProblem.badField(
                        "kind",
                        "kind has to be one of "
                                + Arrays.stream(JobKind.values())
                                        .map(JobKind::wireName)
                                        .toList()));
    }

    private static JobState stateNamed(String text) {
        return Arrays.stream(JobState.values())
                .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> ApiProblem.badField(
                        "state",
                        "state has to be one of "
                                + Set.of(JobState.values()).stream()
                                        .map(state -> state.name().toLowerCase(Locale.ROOT))
                                        .sorted()
                                        .toList()));
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return 50;
        }
        if (text.matches("[0-9]{1,4}")) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MOST_LISTED) {
                return limit;
            }
        }
        throw ApiProblem.badField("limit", "limit has to be a whole number from 1 to " + MOST_LISTED);
    }

    private static ResponseEntity<byte[]> answer(HttpStatus status, String body) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
