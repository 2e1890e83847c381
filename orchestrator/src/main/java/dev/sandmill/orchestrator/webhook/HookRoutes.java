package dev.sandmill.orchestrator.webhook;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.repository.RepositoryRegistry;
import dev.sandmill.orchestrator.security.Caller;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/webhooks`: which hooks there are. Secrets go in and never come out.
@RestController
public final class HookRoutes {
    private static final int SHORTEST_SECRET = 6;
    private static final int LONGEST_SECRET = 1_024;

    private final HookRegistry hooks;
    private final RepositoryRegistry repositories;
    private final InstantSource clock;
    private final StrictJson json = new StrictJson();

    public HookRoutes(HookRegistry hooks, RepositoryRegistry repositories, InstantSource clock) {
        this.hooks = hooks;
        this.repositories = repositories;
        this.clock = clock;
    }

    record Registration(String name, Provider provider, String secret, String repository) {}

    /// @param path where the git host has to send to, on this service
    record Shown(String name, Provider provider, String repository, String path, Instant createdAt) {
        static Shown of(Hook hook) {
            String path = "/webhooks/" + hook.provider().name().toLowerCase(Locale.ROOT) + "/" + hook.name();
            return new Shown(hook.name(), hook.provider(), hook.repository(), path, hook.createdAt());
        }
    }

    @PostMapping("/v1/webhooks")
    ResponseEntity<byte[]> create(Caller caller, @RequestBody byte[] body) {
        caller.requireAgent();
        Registration asked = json.read(body, Registration.class);
        if (!HookRegistry.isName(asked.name())) {
            throw ApiProblem.badField("name", "name has to be 1 to 100 of A-Z a-z 0-9 . _ -");
        }
        if (asked.secret().length() < SHORTEST_SECRET || asked.secret().length() > LONGEST_SECRET) {
            throw ApiProblem.badField(
                    "secret", "secret has to be " + SHORTEST_SECRET + " to " + LONGEST_SECRET + " characters");
        }
        if (asked.provider() == Provider.GENERIC && !Signature.isStandardSecret(asked.secret())) {
            throw ApiProblem.badField("secret", "secret starts with whsec_ and is not base64 after it");
        }
        if (!repositories.exists(caller.tenant(), asked.repository())) {
            throw ApiProblem.badField("repository", "repository names none; register it first");
        }
        Hook hook = new Hook(
                caller.tenant(), asked.name(), asked.provider(), asked.secret(), asked.repository(), clock.instant());
        if (!hooks.create(hook)) {
            throw ApiProblem.conflict("name_in_use", "there is a webhook of this name; take another one");
        }
        return answer(HttpStatus.CREATED, Shown.of(hook));
    }

    @GetMapping("/v1/webhooks")
    ResponseEntity<byte[]> list(Caller caller) {
        caller.requireReader();
        return answer(
                HttpStatus.OK, hooks.of(caller.tenant()).stream().map(Shown::of).toList());
    }

    @DeleteMapping("/v1/webhooks/{name}")
    ResponseEntity<Void> delete(Caller caller, @PathVariable String name) {
        caller.requireAgent();
        if (!hooks.remove(caller.tenant(), name)) {
            throw ApiProblem.notFound("there is no webhook of this name");
        }
        return ResponseEntity.noContent().build();
    }

    private ResponseEntity<byte[]> answer(HttpStatus status, Object body) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(json.write(body).getBytes(StandardCharsets.UTF_8));
    }
}
