package dev.sandmill.orchestrator.session;

import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.json.SessionJson;
import dev.sandmill.orchestrator.peer.PeerAnswer;
import dev.sandmill.orchestrator.security.Caller;
import dev.sandmill.orchestrator.security.RateLimit;
import dev.sandmill.orchestrator.session.SessionCall.Action;
import java.net.URI;
import java.util.List;
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
    private static final byte[] NOTHING = {};

    private final SessionPost post;
    private final SessionJson json;
    private final RateLimit rates;

    public SessionRoutes(SessionPost post, SessionJson json, RateLimit rates) {
        this.post = post;
        this.json = json;
        this.rates = rates;
    }

    @PostMapping("/v1/sessions")
    ResponseEntity<byte[]> open(Caller caller, @RequestBody byte[] body) throws InterruptedException {
        caller.requireAgent();
        json.readOpen(body);
        return answer(new SessionCall(Action.OPEN, "", caller.tenant(), PolicyLevel.STANDARD, ""), body);
    }

    @GetMapping("/v1/sessions")
    ResponseEntity<byte[]> list(Caller caller) throws InterruptedException {
        caller.requireReader();
        return answer(new SessionCall(Action.LIST, "", caller.tenant()), NOTHING);
    }

    @GetMapping("/v1/sessions/{id}")
    ResponseEntity<byte[]> get(Caller caller, @PathVariable String id) throws InterruptedException {
        caller.requireReader();
        return answer(new SessionCall(Action.VIEW, id, caller.tenant()), NOTHING);
    }

    @DeleteMapping("/v1/sessions/{id}")
    ResponseEntity<byte[]> delete(Caller caller, @PathVariable String id) throws InterruptedException {
        caller.requireAgent();
        return answer(new SessionCall(Action.CLOSE, id, caller.tenant()), NOTHING);
    }

    @PostMapping("/v1/sessions/{id}/execute")
    ResponseEntity<byte[]> execute(Caller caller, @PathVariable String id, @RequestBody byte[] body)
            throws InterruptedException {
        caller.requireAgent();
        PolicyLevel policy = policyOf(caller);
        json.readCall(body);
        rates.admitJob(caller);
        return answer(new SessionCall(Action.EXECUTE, id, caller.tenant(), policy, ""), body);
    }

    @PutMapping("/v1/sessions/{id}/files/{*path}")
    ResponseEntity<byte[]> put(
            Caller caller,
            @PathVariable String id,
            @PathVariable String path,
            @RequestBody(required = false) byte @Nullable [] body)
            throws InterruptedException {
        caller.requireAgent();
        byte[] content = body == null ? new byte[0] : body;
        return answer(new SessionCall(Action.PUT, id, caller.tenant(), policyOf(caller), relative(path)), content);
    }

    @GetMapping("/v1/sessions/{id}/files/{*path}")
    ResponseEntity<byte[]> fetch(Caller caller, @PathVariable String id, @PathVariable String path)
            throws InterruptedException {
        caller.requireReader();
        return answer(
                new SessionCall(Action.FETCH, id, caller.tenant(), PolicyLevel.STANDARD, relative(path)), NOTHING);
    }

    /// The policy that a key's calls are held to: the usual one where it may ask for that, else the strictest it has.
    private static PolicyLevel policyOf(Caller caller) {
        for (PolicyLevel level : List.of(PolicyLevel.STANDARD, PolicyLevel.STRICT)) {
            if (caller.policies().contains(level)) {
                return level;
            }
        }
        caller.requirePolicy(PolicyLevel.OFF);
        return PolicyLevel.OFF;
    }

    /// The rest of a route begins with the slash before it.
    private static String relative(String path) {
        return path.startsWith("/") ? path.substring(1) : path;
    }

    private ResponseEntity<byte[]> answer(SessionCall call, byte[] body) throws InterruptedException {
        PeerAnswer answer = post.answer(call, body);
        ResponseEntity.BodyBuilder response = ResponseEntity.status(answer.status());
        if (answer.location() != null) {
            response.location(URI.create(answer.location()));
        }
        if (answer.contentType() == null) {
            return response.build();
        }
        return response.contentType(MediaType.parseMediaType(answer.contentType()))
                .body(answer.body());
    }
}
