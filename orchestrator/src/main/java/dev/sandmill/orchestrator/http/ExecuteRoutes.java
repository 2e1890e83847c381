package dev.sandmill.orchestrator.http;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.backplane.queue.JobRecord;
import dev.sandmill.orchestrator.execute.LanguageList;
import dev.sandmill.orchestrator.jobs.JobDoor;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.Caller;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/// `POST /v1/execute`, a job that its sender waits for, and `GET /v1/languages`.
@RestController
public final class ExecuteRoutes {
    private static final Duration QUEUE_PATIENCE = Duration.ofSeconds(60);

    private final JobDoor door;
    private final JobJson json;
    private final LanguageList languages;

    public ExecuteRoutes(JobDoor door, JobJson json, LanguageList languages) {
        this.door = door;
        this.json = json;
        this.languages = languages;
    }

    @PostMapping("/v1/execute")
    ResponseEntity<byte[]> execute(
            Caller caller,
            @RequestBody byte[] body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey)
            throws InterruptedException {
        ExecuteCode code = json.readExecute(body);
        int runs = Math.max(1, code.inputs().size());
        Duration patience = QUEUE_PATIENCE.plus(
                Duration.ofMillis(code.limits().wallMillis()).multipliedBy(runs));
        JobRecord job = door.submit(caller, code, idempotencyKey, patience).job();
        String outcome = job.outcomeJson();
        if (outcome == null) {
            throw ApiProblem.unavailable(
                    "the job waits longer than this call does; ask for /v1/jobs/" + job.id(), Duration.ofSeconds(5));
        }
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .header("X-Job-Id", job.id().value())
                .body(outcome.getBytes(StandardCharsets.UTF_8));
    }

    @GetMapping("/v1/languages")
    ResponseEntity<byte[]> languages(Caller caller) throws InterruptedException {
        caller.requireReader();
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(languages.json().getBytes(StandardCharsets.UTF_8));
    }
}
