package dev.sandmill.orchestrator.session;

import dev.sandmill.api.Session;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.SessionJson;
import dev.sandmill.backplane.calls.Calls;
import dev.sandmill.orchestrator.jobs.ExecuteMetrics;
import dev.sandmill.orchestrator.peer.PeerAnswer;
import dev.sandmill.orchestrator.peer.Peers;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.sandbox.Sandbox;
import dev.sandmill.sandbox.session.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a call to the process that holds its session: this one, or another on the same Redis. A session is made here
/// where there is room, else in another process. Thread-safe.
public final class SessionPost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionPost.class);
    private static final String NAME = "sessions:";
    private static final Duration LIST_PATIENCE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int BUSY = 429;
    private static final int UNAVAILABLE = 503;

    private final String instance;
    private final Optional<SessionDoor> door;
    private final Peers peers;
    private final SessionJson json;
    private final Duration executePatience;
    private final Optional<Calls.Serving> serving;

    /// @param sandbox empty in a process without the role execute
    /// @param longestCall that a session can make
    public SessionPost(
            String instance,
            Optional<Sandbox> sandbox,
            Peers peers,
            SessionJson json,
            JobJson outcomes,
            ExecuteMetrics metrics,
            Duration longestCall) {
        this.instance = instance;
        this.door = sandbox.map(present -> new SessionDoor(present.sessions(), json, outcomes, metrics));
        this.peers = peers;
        this.json = json;
        this.executePatience = longestCall.plus(PATIENCE);
        this.serving = door.map(present -> peers.serve(NAME + instance, SessionCall.class, present::answer));
    }

    PeerAnswer answer(SessionCall call, byte[] body) throws InterruptedException {
        return switch (call.action()) {
            case OPEN -> open(call, body);
            case LIST -> list(call);
            case VIEW, CLOSE, EXECUTE, PUT, FETCH -> atItsOwner(call, body);
        };
    }

    private PeerAnswer atItsOwner(SessionCall call, byte[] body) throws InterruptedException {
        String owner =
                Sessions.ownerOf(call.id()).orElseThrow(() -> ApiProblem.notFound("there is no session of this id"));
        if (owner.equals(instance)) {
            return door.orElseThrow(() -> ApiProblem.notFound("there is no session of this id"))
                    .answer(call, body);
        }
        Duration patience = call.action() == SessionCall.Action.EXECUTE ? executePatience : PATIENCE;
        return peers.ask(NAME + owner, call, body, patience, gone(owner));
    }

    private static ApiProblem gone(String owner) {
        return ApiProblem.gone(
                "session_ended",
                "process \"" + owner + "\" is gone, and the sessions that it held with it; open another one");
    }

    /// Here, then in the others, each once; what the last one said where none has room.
    private PeerAnswer open(SessionCall call, byte[] body) throws InterruptedException {
        ApiProblem refused = ApiProblem.unavailable(
                "no process with the execute role is there to hold a session; start one, or try again later", PATIENCE);
        if (door.isPresent()) {
            try {
                return door.get().answer(call, body);
            } catch (ApiProblem noRoom) {
                refused = unlessRoomElsewhere(noRoom);
            }
        }
        for (String other : others()) {
            try {
                return peers.ask(other, call, body, PATIENCE, refused);
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
    private PeerAnswer list(SessionCall call) throws InterruptedException {
        List<Session> all = new ArrayList<>();
        door.ifPresent(present -> all.addAll(present.own(call.tenant())));
        for (String other : others()) {
            try {
                all.addAll(json.readAll(peers.ask(other, call, new byte[0], LIST_PATIENCE, gone(other))
                        .text()));
            } catch (ApiProblem silent) {
                LOG.warn("what {} holds is not in a list of sessions: {}", other, silent.getMessage());
            }
        }
        all.sort(Comparator.comparing(Session::createdAt).reversed());
        return PeerAnswer.json(json.writeAll(all));
    }

    private List<String> others() {
        return peers.served(NAME).stream()
                .filter(name -> !name.equals(NAME + instance))
                .toList();
    }

    @Override
    public void close() {
        serving.ifPresent(Calls.Serving::close);
    }
}
