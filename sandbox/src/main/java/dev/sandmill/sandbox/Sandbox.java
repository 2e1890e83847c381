package dev.sandmill.sandbox;

import dev.sandmill.api.BreakerState;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.sandbox.cache.ResultCache;
import dev.sandmill.sandbox.session.SessionSettings;
import dev.sandmill.sandbox.session.Sessions;
import java.util.List;
import java.util.Optional;

/// Runs untrusted programs in containers. Thread-safe; as many run at a time as the configuration has slots.
public interface Sandbox extends AutoCloseable {
    /// Opens a sandbox. Docker may be away: programs are then answered with `Unavailable` until it is back.
    ///
    /// @throws IllegalArgumentException for a folder of languages or a profile that cannot be read
    static Sandbox open(SandboxConfig config, ResultCache results) {
        return open(
                config, results, SessionSettings.of(config.instance(), SessionSettings.DEFAULT_MOST, config.slots()));
    }

    /// The same with bounds of its own for sessions.
    static Sandbox open(SandboxConfig config, ResultCache results, SessionSettings sessions) {
        return SandboxPipeline.open(config, results, sessions);
    }

    /// Runs a program to its end. An interrupt kills it, and returns `CANCELLED` once it is really dead; it
    /// is used up, so the thread is not interrupted any more when this returns.
    RunResult run(ExecuteCode code, RunContext context);

    /// Changes how many programs run at a time, and how many containers wait unused for each language that is
    /// in demand. What runs goes on.
    void resize(int slots, int poolSize);

    /// What a program of this tenant is known to answer, where that can be said without reading it, waiting or asking
    /// anyone. A program that may use the result cache and was answered from it lately is such a one.
    Optional<Executed> known(ExecuteCode code, String tenant);

    /// Programs' state between calls.
    Sessions sessions();

    List<Language> languages();

    /// The breaker in front of Docker.
    BreakerState breaker();

    SandboxHealth health();

    SandboxStats stats();

    /// Kills what runs and removes every container of this instance.
    @Override
    void close();
}
