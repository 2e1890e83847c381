package dev.sandmill.orchestrator.health;

import dev.sandmill.api.BreakerState;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.orchestrator.git.Mirrors;
import dev.sandmill.sandbox.Sandbox;
import dev.sandmill.vectorizer.Vectorizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Every circuit breaker of this process, in front of whatever it needs from outside.
public final class Breakers {
    private final Backplane backplane;
    private final Optional<Sandbox> sandbox;
    private final Optional<Vectorizer> vectorizer;
    private final Mirrors mirrors;

    public Breakers(Backplane backplane, Optional<Sandbox> sandbox, Optional<Vectorizer> vectorizer, Mirrors mirrors) {
        this.backplane = backplane;
        this.sandbox = sandbox;
        this.vectorizer = vectorizer;
        this.mirrors = mirrors;
    }

    public List<BreakerState> states() {
        List<BreakerState> states = new ArrayList<>(backplane.breakers());
        sandbox.ifPresent(present -> states.add(present.breaker()));
        vectorizer.ifPresent(present -> {
            states.addAll(present.breakers());
            states.add(mirrors.breaker());
        });
        return states;
    }
}
