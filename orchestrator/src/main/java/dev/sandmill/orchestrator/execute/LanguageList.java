package dev.sandmill.orchestrator.execute;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.calls.Calls;
import dev.sandmill.orchestrator.peer.PeerAnswer;
import dev.sandmill.orchestrator.peer.Peers;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.sandbox.Sandbox;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The languages of this process, or of another where this one runs nothing. Thread-safe.
public final class LanguageList implements AutoCloseable {
    private static final String NAME = "languages:";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Optional<Sandbox> sandbox;
    private final Peers peers;
    private final StrictJson json = new StrictJson();
    private final Optional<Calls.Serving> serving;

    /// @param sandbox empty in a process without the role execute
    public LanguageList(String instance, Optional<Sandbox> sandbox, Peers peers) {
        this.sandbox = sandbox;
        this.peers = peers;
        this.serving =
                sandbox.map(present -> peers.serve(NAME + instance, Question.class, (head, body) -> own(present)));
    }

    record Question() {}

    /// A JSON array.
    public String json() throws InterruptedException {
        if (sandbox.isPresent()) {
            return own(sandbox.get()).text();
        }
        ApiProblem nobody = ApiProblem.unavailable(
                "no process with the execute role is there to say which languages it has; start one, or try again later",
                PAUSE);
        List<String> others = peers.served(NAME);
        for (String other : others) {
            try {
                return peers.ask(other, new Question(), new byte[0], PATIENCE, nobody)
                        .text();
            } catch (ApiProblem silent) {
                nobody = silent;
            }
        }
        throw nobody;
    }

    private PeerAnswer own(Sandbox present) {
        return PeerAnswer.json(json.write(present.languages()));
    }

    @Override
    public void close() {
        serving.ifPresent(Calls.Serving::close);
    }
}
