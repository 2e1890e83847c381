package dev.sandmill.orchestrator.http;

import dev.sandmill.api.JobRequest;
import dev.sandmill.api.json.BatchEntry;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.queue.QueueUnavailable;
import dev.sandmill.backplane.redis.RedisUnavailable;
import dev.sandmill.orchestrator.jobs.JobDoor;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.Caller;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.http.HttpEntity;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// `POST /v1/jobs/batch`: each entry is answered by itself, a job or a problem, in order.
@RestController
public final class BatchRoutes {
    private final JobDoor door;
    private final JobJson json;
    private final StrictJson answers;
    private final IndexableRepositories repositories;

    public BatchRoutes(JobDoor door, JobJson json, StrictJson answers, IndexableRepositories repositories) {
        this.door = door;
        this.json = json;
        this.answers = answers;
        this.repositories = repositories;
    }

    @PostMapping("/v1/jobs/batch")
    ResponseEntity<byte[]> submit(Caller caller, @RequestBody byte[] body) {
        caller.requireAgent();
        List<BatchEntry> entries = json.readBatch(body);
        if (entries.isEmpty()) {
            throw ApiProblem.badField("jobs", "jobs is empty; give at least one");
        }
        String answer = entries.stream().map(entry -> one(caller, entry)).collect(Collectors.joining(",", "[", "]"));
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(answer.getBytes(StandardCharsets.UTF_8));
    }

    private String one(Caller caller, BatchEntry entry) {
        return switch (entry) {
            case BatchEntry.Unreadable(var reason) -> problem(reason);
            case BatchEntry.Readable(JobRequest request) -> {
                try {
                    repositories.require(caller.tenant(), request);
                    yield door.written(door.submit(caller, request, null).job());
                } catch (ApiProblem | QueueUnavailable | RedisUnavailable refused) {
                    yield problem(refused);
                }
            }
        };
    }

    private String problem(RuntimeException refused) {
        HttpEntity<ProblemDetail> mapped = ErrorMapping.answer(ErrorMapping.refusal(refused));
        ProblemDetail detail = java.util.Objects.requireNonNull(mapped.getBody());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", String.valueOf(detail.getType()));
        body.put("title", detail.getTitle());
        body.put("status", detail.getStatus());
        body.put("detail", detail.getDetail());
        body.putAll(java.util.Objects.requireNonNullElse(detail.getProperties(), Map.of()));
        return answers.write(body);
    }
}
