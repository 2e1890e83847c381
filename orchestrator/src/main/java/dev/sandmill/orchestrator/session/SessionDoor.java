package dev.sandmill.orchestrator.session;

import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.Violation;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.Caller;
import dev.sandmill.sandbox.Sandbox;
import dev.sandmill.sandbox.session.SessionRefused;
import dev.sandmill.sandbox.session.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The sessions of this process, for those who may use them; what they refuse, as problems.
final class SessionDoor {
    private static final Duration PLACE_PAUSE = Duration.ofSeconds(30);
    private static final Duration SLOT_PAUSE = Duration.ofSeconds(5);

    private final String instance;
    private final Optional<Sessions> sessions;

    /// @param instance this process's part of the ids that it gives
    SessionDoor(String instance, Optional<Sandbox> sandbox) {
        this.instance = instance;
        this.sessions = sandbox.map(Sandbox::sessions);
    }

    @FunctionalInterface
    interface Use<T> {
        T of(Sessions sessions) throws SessionRefused, InterruptedException;
    }

    <T> T use(Use<T> use) throws InterruptedException {
        Sessions present = sessions.orElseThrow(() -> ApiProblem.unavailable(
                "this process has no execute role and holds no sessions; ask one that has", Duration.ofSeconds(60)));
        try {
            return use.of(present);
        } catch (SessionRefused refused) {
            throw problem(refused);
        }
    }

    /// The same for one session, which may live in another process.
    <T> T use(String id, Use<T> use) throws InterruptedException {
        Optional<String> owner = Sessions.ownerOf(id);
        if (owner.isPresent() && !owner.get().equals(instance)) {
            throw ApiProblem.misdirected("the session lives in instance \"" + owner.get()
                    + "\", and this is another one: sessions are answered by the instance that opened them");
        }
        return use(use);
    }

    /// The policy that a key's calls are held to: the usual one where it may ask for that, else the strictest it has.
    static PolicyLevel policyOf(Caller caller) {
        for (PolicyLevel level : List.of(PolicyLevel.STANDARD, PolicyLevel.STRICT)) {
            if (caller.policies().contains(level)) {
                return level;
            }
        }
        caller.requirePolicy(PolicyLevel.OFF);
        return PolicyLevel.OFF;
    }

    static ApiProblem refused(Violation violation) {
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
