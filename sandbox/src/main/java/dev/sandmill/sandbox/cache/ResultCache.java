package dev.sandmill.sandbox.cache;

import dev.sandmill.api.Executed;
import java.util.Optional;

/// Remembers what deterministic programs answered. May forget at any time; never throws.
public interface ResultCache {
    Optional<Executed> get(ResultKey key);

    /// What is known without asking anyone: a lookup that never waits.
    default Optional<Executed> peek(ResultKey key) {
        return Optional.empty();
    }

    void put(ResultKey key, Executed executed);

    /// Forgets a result that turned out not to be repeatable.
    void remove(ResultKey key);
}
