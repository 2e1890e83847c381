package dev.sandmill.orchestrator.session;

import dev.sandmill.api.Executed;
import dev.sandmill.api.OpenSession;
import dev.sandmill.api.Session;
import dev.sandmill.api.Violation;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.SessionJson;
import dev.sandmill.orchestrator.jobs.ExecuteMetrics;
import dev.sandmill.orchestrator.peer.PeerAnswer;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.sandbox.session.SessionRefused;
import dev.sandmill.sandbox.session.Sessions;
import java.time.Duration;
import java.util.List;

/// The sessions of this process, for those who may use them; what they refuse, as problems.
final class SessionDoor {
    private static final Duration PLACE_PAUSE = Duration.ofSeconds(30);
    private static final Duration SLOT_PAUSE = Duration.ofSeconds(5);

    private final Sessions sessions;
    private final SessionJson json;
    private final JobJson outcomes;
    private final ExecuteMetrics metrics;

    SessionDoor(Sessions sessions, SessionJson json, JobJson outcomes, ExecuteMetrics metrics) {
        this.sessions = sessions;
        this.json = json;
        this.outcomes = outcomes;
        this.metrics = metrics;
    }

    /// @throws ApiProblem for what cannot be done
    PeerAnswer answer(SessionCall call, byte[] body) throws InterruptedException {
        try {
            return switch (call.action()) {
                case OPEN -> open(call, body);
                case LIST -> PeerAnswer.json(json.writeAll(own(call.tenant())));
                case VIEW -> PeerAnswer.json(json.write(sessions.view(call.id(), call.tenant())));
                case CLOSE -> close(call);
                case EXECUTE -> execute(call, body);
                case PUT -> put(call, body);
                case FETCH -> fetch(call);
            };
        } catch (SessionRefused refused) {
            throw problem(refused);
        }
    }

    List<Session> own(String tenant) {
        return sessions.list(tenant);
    }

    private PeerAnswer open(SessionCall call, byte[] body) throws SessionRefused, InterruptedException {
        OpenSession wanted = json.readOpen(body);
        Session session = sessions.open(wanted, call.tenant());
        return PeerAnswer.created("/v1/sessions/" + session.id(), json.write(session));
    }

    private PeerAnswer close(SessionCall call) throws SessionRefused {
        sessions.close(call.id(), call.tenant());
        return PeerAnswer.NO_CONTENT;
    }

    private PeerAnswer execute(SessionCall call, byte[] body) throws SessionRefused, InterruptedException {
        String source = json.readCall(body);
        Executed executed = sessions.execute(call.id(), call.tenant(), source, call.policy());
        metrics.finished(executed);
        return PeerAnswer.json(outcomes.writeOutcome(executed));
    }

    private PeerAnswer put(SessionCall call, byte[] body) throws SessionRefused {
        List<Violation> violations = sessions.put(call.id(), call.tenant(), call.path(), body, call.policy());
        if (!violations.isEmpty()) {
            throw refused(violations.getFirst());
        }
        return PeerAnswer.NO_CONTENT;
    }

    private PeerAnswer fetch(SessionCall call) throws SessionRefused {
        byte[] content = sessions.fetch(call.id(), call.tenant(), call.path());
        return new PeerAnswer(200, null, "application/octet-stream", content);
    }

    private static ApiProblem refused(Violation violation) {
        return ApiProblem.unprocessable("refused by static validation: " + violation.rule() + " at line "
                + violation.line() + ": " + violation.message());
    }

    private static ApiProblem problem(SessionRefused refused) {
        String detail = String.valueOf(refused.getMessage());
        return switch (refused.reason()) {
            case LANGUAGE -> ApiProblem.badField("language", detail);
            case PATH -> ApiProblem.badField("path", detail);
            case UNKNOWN, NO_FILE -> ApiProblem.notFound(detail);
            case ENDED -> ApiProblem.gone("session_ended", detail);
            case BUSY -> ApiProblem.conflict("session_busy", detail);
            case TOO_MANY -> ApiProblem.busy("too_many_sessions", detail, PLACE_PAUSE);
            case NO_SLOT -> ApiProblem.busy("no_slot", detail, SLOT_PAUSE);
            case FILE -> ApiProblem.unprocessable(detail);
            case NO_SPACE -> ApiProblem.tooLarge(detail);
            case UNAVAILABLE -> ApiProblem.unavailable(detail, SLOT_PAUSE);
        };
    }
}
