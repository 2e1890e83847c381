package dev.sandmill.orchestrator.session;

import dev.sandmill.api.Executed;
import dev.sandmill.api.OpenSession;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.Session;
import dev.sandmill.api.Violation;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.SessionJson;
import dev.sandmill.orchestrator.jobs.ExecuteMetrics;
import dev.sandmill.orchestrator.security.Caller;
import dev.sandmill.orchestrator.security.RateLimit;
import dev.sandmill.sandbox.Sandbox;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/sessions`: open, run calls, move files, look, end.
@RestController
public final class SessionRoutes {
    private final SessionDoor door;
    private final SessionJson json;
    private final JobJson outcomes;
    private final RateLimit rates;
    private final ExecuteMetrics metrics;

    /// @param sandbox empty in a process without the role execute
    public SessionRoutes(
            String instance,
            Optional<Sandbox> sandbox,
            SessionJson json,
            JobJson outcomes,
            RateLimit rates,
            ExecuteMetrics metrics) {
        this.door = new SessionDoor(instance, sandbox);
        this.json = json;
        this.outcomes = outcomes;
        this.rates = rates;
        this.metrics = metrics;
    }

    @PostMapping("/v1/sessions")
    ResponseEntity<byte[]> open(Caller caller, @RequestBody byte[] body) throws InterruptedException {
        caller.requireAgent();
        OpenSession wanted = json.readOpen(body);
        Session session = door.use(sessions -> sessions.open(wanted, caller.tenant()));
        return ResponseEntity.created(URI.create("/v1/sessions/" + session.id()))
                .contentType(MediaType.APPLICATION_JSON)
                .body(bytes(json.write(session)));
    }

    @GetMapping("/v1/sessions")
    ResponseEntity<byte[]> list(Caller caller) throws InterruptedException {
        caller.requireReader();
        List<Session> own = door.use(sessions -> sessions.list(caller.tenant()));
        return answer(json.writeAll(own));
    }

    @GetMapping("/v1/sessions/{id}")
    ResponseEntity<byte[]> get(Caller caller, @PathVariable String id) throws InterruptedException {
        caller.requireReader();
        return answer(json.write(door.use(id, sessions -> sessions.view(id, caller.tenant()))));
    }

    @DeleteMapping("/v1/sessions/{id}")
    ResponseEntity<Void> delete(Caller caller, @PathVariable String id) throws InterruptedException {
        caller.requireAgent();
        door.use(id, sessions -> {
            sessions.close(id, caller.tenant());
            return id;
        });
        return ResponseEntity.noContent().build();
    }

    @PostMapping("/v1/sessions/{id}/execute")
    ResponseEntity<byte[]> execute(Caller caller, @PathVariable String id, @RequestBody byte[] body)
            throws InterruptedException {
        caller.requireAgent();
        PolicyLevel policy = SessionDoor.policyOf(caller);
        String source = json.readCall(body);
        rates.admitJob(caller);
        Executed executed = door.use(id, sessions -> sessions.execute(id, caller.tenant(), source, policy));
        metrics.finished(executed);
        return answer(outcomes.writeOutcome(executed));
    }

    @PutMapping("/v1/sessions/{id}/files/{*path}")
    ResponseEntity<Void> put(
            Caller caller,
            @PathVariable String id,
            @PathVariable String path,
            @RequestBody(required = false) byte @Nullable [] body)
            throws InterruptedException {
        caller.requireAgent();
        PolicyLevel policy = SessionDoor.policyOf(caller);
        byte[] content = body == null ? new byte[0] : body;
        List<Violation> violations =
                door.use(id, sessions -> sessions.put(id, caller.tenant(), relative(path), content, policy));
        if (!violations.isEmpty()) {
            throw SessionDoor.refused(violations.getFirst());
        }
        return ResponseEntity.noContent().build();
    }

    @GetMapping("/v1/sessions/{id}/files/{*path}")
    ResponseEntity<byte[]> fetch(Caller caller, @PathVariable String id, @PathVariable String path)
            throws InterruptedException {
        caller.requireReader();
        byte[] content = door.use(id, sessions -> sessions.fetch(id, caller.tenant(), relative(path)));
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .body(content);
    }

    /// The rest of a route begins with the slash before it.
    private static String relative(String path) {
        return path.startsWith("/") ? path.substring(1) : path;
    }

    private static ResponseEntity<byte[]> answer(String text) {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
