package dev.sandmill.orchestrator.session;

import dev.sandmill.api.Executed;
import dev.sandmill.api.OpenSession;
import dev.sandmill.api.Session;
import dev.sandmill.api.Violation;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.SessionJson;
import dev.sandmill.orchestrator.jobs.ExecuteMetrics;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.sandbox.session.SessionRefused;
import dev.sandmill.sandbox.session.Sessions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// The sessions of this process, for those who may use them; what they refuse, as problems.
final class SessionDoor {
    private static final Duration PLACE_PAUSE = Duration.ofSeconds(30);
    private static final Duration SLOT_PAUSE = Duration.ofSeconds(5);
    private static final String JSON = "application/json";

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
    SessionAnswer answer(SessionCall call) throws InterruptedException {
        try {
            return switch (call.action()) {
                case OPEN -> open(call);
                case LIST -> answer(200, null, json.writeAll(own(call.tenant())));
                case VIEW -> answer(200, null, json.write(sessions.view(call.id(), call.tenant())));
                case CLOSE -> close(call);
                case EXECUTE -> execute(call);
                case PUT -> put(call);
                case FETCH -> fetch(call);
            };
        } catch (SessionRefused refused) {
            throw problem(refused);
        }
    }

    List<Session> own(String tenant) {
        return sessions.list(tenant);
    }

    private SessionAnswer open(SessionCall call) throws SessionRefused, InterruptedException {
        OpenSession wanted = json.readOpen(call.body());
        Session session = sessions.open(wanted, call.tenant());
        return answer(201, "/v1/sessions/" + session.id(), json.write(session));
    }

    private SessionAnswer close(SessionCall call) throws SessionRefused {
        sessions.close(call.id(), call.tenant());
        return SessionAnswer.NO_CONTENT;
    }

    private SessionAnswer execute(SessionCall call) throws SessionRefused, InterruptedException {
        String source = json.readCall(call.body());
        Executed executed = sessions.execute(call.id(), call.tenant(), source, call.policy());
        metrics.finished(executed);
        return answer(200, null, outcomes.writeOutcome(executed));
    }

    private SessionAnswer put(SessionCall call) throws SessionRefused {
        List<Violation> violations = sessions.put(call.id(), call.tenant(), call.path(), call.body(), call.policy());
        if (!violations.isEmpty()) {
            throw refused(violations.getFirst());
        }
        return SessionAnswer.NO_CONTENT;
    }

    private SessionAnswer fetch(SessionCall call) throws SessionRefused {
        byte[] content = sessions.fetch(call.id(), call.tenant(), call.path());
        return new SessionAnswer(200, null, "application/octet-stream", content);
    }

    private static SessionAnswer answer(int status, @org.jspecify.annotations.Nullable String location, String text) {
        return new SessionAnswer(status, location, JSON, text.getBytes(StandardCharsets.UTF_8));
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
