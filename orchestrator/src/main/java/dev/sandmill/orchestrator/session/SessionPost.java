package dev.sandmill.orchestrator.session;

import dev.sandmill.api.Session;
import dev.sandmill.api.json.InvalidJson;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.SessionJson;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.calls.CallFailed;
import dev.sandmill.backplane.calls.Calls;
import dev.sandmill.backplane.redis.RedisUnavailable;
import dev.sandmill.orchestrator.jobs.ExecuteMetrics;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.sandbox.Sandbox;
import dev.sandmill.sandbox.session.Sessions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// Brings a call to the process that holds its session: this one, or another on the same Redis. A session is made here
/// where there is room, else in another process. Thread-safe.
public final class SessionPost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionPost.class);
    private static final Duration LIST_PATIENCE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SILENCE_PAUSE = Duration.ofSeconds(10);
    private static final int BUSY = 429;
    private static final int UNAVAILABLE = 503;

    private final String instance;
    private final Optional<SessionDoor> door;
    private final Calls calls;
    private final SessionJson json;
    private final SessionWire wire = new SessionWire(new StrictJson());
    private final Duration executePatience;
    private final Optional<Calls.Serving> serving;

    /// @param sandbox empty in a process without the role execute
    /// @param longestCall that a session can make
    public SessionPost(
            String instance,
            Optional<Sandbox> sandbox,
            Calls calls,
            SessionJson json,
            JobJson outcomes,
            ExecuteMetrics metrics,
            Duration longestCall) {
        this.door = sandbox.map(present -> new SessionDoor(present.sessions(), json, outcomes, metrics));
        this.instance = instance;
        this.calls = calls;
        this.json = json;
        this.executePatience = longestCall.plus(PATIENCE);
        this.serving = door.map(present -> calls.serve(name(instance), question -> answered(present, question)));
    }

    private static String name(String instance) {
        return "sessions:" + instance;
    }

    SessionAnswer answer(SessionCall call) throws InterruptedException {
        return switch (call.action()) {
            case OPEN -> open(call);
            case LIST -> list(call);
            case VIEW, CLOSE, EXECUTE, PUT, FETCH -> atItsOwner(call);
        };
    }

    private SessionAnswer atItsOwner(SessionCall call) throws InterruptedException {
        String owner =
                Sessions.ownerOf(call.id()).orElseThrow(() -> ApiProblem.notFound("there is no session of this id"));
        if (owner.equals(instance)) {
            return door.orElseThrow(() -> ApiProblem.notFound("there is no session of this id"))
                    .answer(call);
        }
        return elsewhere(name(owner), call, call.action() == SessionCall.Action.EXECUTE ? executePatience : PATIENCE);
    }

    /// Here, then in the others, each once; what the last one said where none has room.
    private SessionAnswer open(SessionCall call) throws InterruptedException {
        ApiProblem refused = ApiProblem.unavailable(
                "no process with the execute role is there to hold a session; start one, or try again later", PATIENCE);
        if (door.isPresent()) {
            try {
                return door.get().answer(call);
            } catch (ApiProblem noRoom) {
                refused = unlessRoomElsewhere(noRoom);
            }
        }
        for (String other : others()) {
            try {
                return elsewhere(other, call, PATIENCE);
            } catch (ApiProblem noRoom) {
                refused = unlessRoomElsewhere(noRoom);
            }
        }
        throw refused;
    }

    private static ApiProblem unlessRoomElsewhere(ApiProblem problem) {
        if (problem.status() != BUSY && problem.status() != UNAVAILABLE) {
            throw problem;
        }
        return problem;
    }

    /// Those of every process that answers at once.
    private SessionAnswer list(SessionCall call) throws InterruptedException {
        List<Session> all = new ArrayList<>();
        door.ifPresent(present -> all.addAll(present.own(call.tenant())));
        for (String other : others()) {
            try {
                byte[] body = elsewhere(other, call, LIST_PATIENCE).body();
                all.addAll(json.readAll(new String(body, StandardCharsets.UTF_8)));
            } catch (ApiProblem silent) {
                LOG.warn("the sessions of {} are not in a list: {}", other, silent.getMessage());
            }
        }
        all.sort(Comparator.comparing(Session::createdAt).reversed());
        return new SessionAnswer(
                200, null, "application/json", json.writeAll(all).getBytes(StandardCharsets.UTF_8));
    }

    /// In a new order each time, so that no process gets all.
    private List<String> others() {
        try {
            List<String> others = new ArrayList<>(calls.served());
            others.removeIf(name -> !name.startsWith(name("")) || name.equals(name(instance)));
            Collections.shuffle(others);
            return others;
        } catch (RedisUnavailable away) {
            LOG.warn("other processes are not asked about sessions: {}", away.getMessage());
            return List.of();
        }
    }

    private SessionAnswer elsewhere(String name, SessionCall call, Duration patience) throws InterruptedException {
        try {
            return wire.answer(calls.ask(name, wire.call(call), patience));
        } catch (CallFailed failed) {
            String detail = "the session lives in another process: " + failed.getMessage();
            throw switch (failed.reason()) {
                case GONE -> ApiProblem.gone("session_ended", detail + ", and its sessions with it; open another one");
                case SILENT, UNANSWERED ->
                    ApiProblem.unavailable(detail + "; whether the call was carried out is not known", SILENCE_PAUSE);
            };
        } catch (RedisUnavailable away) {
            throw ApiProblem.unavailable(
                    "the session lives in another process, which is reached through Redis: " + away.getMessage(),
                    SILENCE_PAUSE);
        }
    }

    /// A call from another process.
    private byte[] answered(SessionDoor present, byte[] question) throws InterruptedException {
        SessionCall call = wire.call(question);
        try (MDC.MDCCloseable _ = MDC.putCloseable("request_id", call.requestId())) {
            return wire.answer(present.answer(call));
        } catch (ApiProblem problem) {
            return wire.problem(problem);
        } catch (InvalidJson invalid) {
            String detail = String.valueOf(invalid.getMessage());
            String field = invalid.field();
            return wire.problem(field == null ? ApiProblem.badRequest(detail) : ApiProblem.badField(field, detail));
        }
    }

    @Override
    public void close() {
        serving.ifPresent(Calls.Serving::close);
    }
}
