package dev.sandmill.orchestrator.repository;

import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.SearchJson;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.orchestrator.git.RefusedRemote;
import dev.sandmill.orchestrator.git.RemotePolicy;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.Caller;
import dev.sandmill.orchestrator.security.Role;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.eclipse.jgit.lib.Constants;
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
import org.springframework.web.bind.annotation.RestController;

/// `/v1/repositories`: register, look, index, forget.
@RestController
public final class RepositoryRoutes {
    private final RepositoryRegistry registry;
    private final RemotePolicy policy;
    private final CodeIndex index;
    private final IndexSubmission submission;
    private final JobJson jobs;
    private final InstantSource clock;
    private final SearchJson answers = new SearchJson();
    private final StrictJson bodies = new StrictJson();

    public RepositoryRoutes(
            RepositoryRegistry registry,
            RemotePolicy policy,
            CodeIndex index,
            IndexSubmission submission,
            JobJson jobs,
            InstantSource clock) {
        this.registry = registry;
        this.policy = policy;
        this.index = index;
        this.submission = submission;
        this.jobs = jobs;
        this.clock = clock;
    }

    record Registration(String name, String url, @Nullable String branch) {}

    record Run(@Nullable String commit, @Nullable Boolean full) {}

    @PostMapping("/v1/repositories")
    ResponseEntity<byte[]> create(Caller caller, @RequestBody byte[] body) {
        caller.requireAgent();
        Repository repository = repository(caller, bodies.read(body, Registration.class));
        if (!registry.create(repository)) {
            throw ApiProblem.conflict(
                    "name_in_use",
                    "there is a repository \"" + repository.name() + "\"; index it, delete it or take another name");
        }
        try {
            String jobId = submission
                    .submit(caller, new IndexRepository(repository.name(), null, false), null)
                    .job()
                    .id()
                    .value();
            return answer(HttpStatus.CREATED, answers.writeRepository(repository.view(jobId)));
        } catch (RuntimeException notAccepted) {
            registry.remove(repository.tenant(), repository.name());
            throw notAccepted;
        }
    }

    @GetMapping("/v1/repositories")
    ResponseEntity<byte[]> list(Caller caller) {
        caller.requireReader();
        return answer(
                HttpStatus.OK,
                answers.writeRepositories(registry.of(caller.tenant()).stream()
                        .map(repository -> repository.view(null))
                        .toList()));
    }

    @GetMapping("/v1/repositories/{name}")
    ResponseEntity<byte[]> get(Caller caller, @PathVariable String name) {
        caller.requireReader();
        return answer(HttpStatus.OK, answers.writeRepository(find(caller, name).view(null)));
    }

    @PostMapping("/v1/repositories/{name}/index")
    ResponseEntity<byte[]> index(
            Caller caller,
            @PathVariable String name,
            @RequestBody(required = false) byte @Nullable [] body,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey) {
        caller.requireAgent();
        Run run = body == null || body.length == 0 ? new Run(null, null) : bodies.read(body, Run.class);
        Repository repository = find(caller, name);
        IndexRepository request =
                jobs.checkIndex(new IndexRepository(repository.name(), run.commit(), Boolean.TRUE.equals(run.full())));
        IndexSubmission.Submitted submitted = submission.submit(caller, request, idempotencyKey);
        return submitted.isNew()
                ? answer(HttpStatus.ACCEPTED, jobs.writeAccepted(submitted.job()))
                : answer(HttpStatus.OK, jobs.writeJob(submitted.job()));
    }

    @DeleteMapping("/v1/repositories/{name}")
    ResponseEntity<Void> delete(Caller caller, @PathVariable String name) throws InterruptedException {
        caller.requireAgent();
        Repository repository = find(caller, name);
        registry.remove(repository.tenant(), repository.name());
        try {
            index.drop(repository);
        } catch (ApiProblem notNow) {
            // Else its rows would be found for ever.
            registry.create(repository);
            throw notNow;
        }
        return ResponseEntity.noContent().build();
    }

    private Repository find(Caller caller, String name) {
        return registry.find(caller.tenant(), name)
                .orElseThrow(() -> ApiProblem.notFound("there is no repository of this name"));
    }

    private Repository repository(Caller caller, Registration asked) {
        if (!RepositoryRegistry.isName(asked.name())) {
            throw ApiProblem.badField("name", "name has to be 1 to 100 of A-Z a-z 0-9 . _ -");
        }
        String branch = asked.branch();
        if (branch != null
                && (branch.startsWith("-")
                        || !org.eclipse.jgit.lib.Repository.isValidRefName(Constants.R_HEADS + branch))) {
            throw ApiProblem.badField("branch", "branch is not the name of a branch");
        }
        boolean anyLocalPath = caller.roles().contains(Role.ADMIN);
        try {
            policy.check(asked.url(), anyLocalPath);
        } catch (RefusedRemote refused) {
            throw ApiProblem.badField("url", "url " + refused.getMessage());
        }
        return Repository.registered(caller.tenant(), asked.name(), asked.url(), anyLocalPath, branch, clock.instant());
    }

    private static ResponseEntity<byte[]> answer(HttpStatus status, String json) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(json.getBytes(StandardCharsets.UTF_8));
    }
}
