package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.OpenSession;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.Session;
import dev.sandmill.sandbox.session.SessionRefused;
import dev.sandmill.sandbox.session.SessionSettings;
import dev.sandmill.sandbox.session.Sessions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// A sandbox whose sessions are tested. Validation is off unless a test asks for it, because the container is what is
/// tested.
final class SessionArena implements AutoCloseable {
    static final String TENANT = "tenant";

    final SandboxConfig config = RealSandbox.config(2, 1);
    final Sandbox sandbox;

    SessionArena() {
        this(100);
    }

    SessionArena(int most) {
        this.sandbox = Sandbox.open(
                config, new RealSandbox.MemoryResults(), SessionSettings.of(config.instance(), most, config.slots()));
    }

    Sessions sessions() {
        return sandbox.sessions();
    }

    String open(String language) throws Exception {
        return open(language, Limits.DEFAULT);
    }

    String open(String language, Limits limits) throws Exception {
        return open(language, limits, OpenSession.DEFAULT_TTL_MILLIS).id();
    }

    Session open(String language, Limits limits, long ttlMillis) throws Exception {
        return sessions().open(new OpenSession(language, limits, ttlMillis), TENANT);
    }

    Executed run(String id, String source) throws Exception {
        return run(id, source, PolicyLevel.OFF);
    }

    Executed run(String id, String source, PolicyLevel policy) throws Exception {
        return sessions().execute(id, TENANT, source, policy);
    }

    /// What a call prints that ends well.
    String out(String id, String source) throws Exception {
        Executed executed = run(id, source);
        assertThat(executed.exitCode()).as("%s: %s", source, executed).isZero();
        return executed.stdout().text();
    }

    Session view(String id) throws Exception {
        return sessions().view(id, TENANT);
    }

    static SessionRefused.Reason refusal(ThrowingCallable action) {
        return catchThrowableOfType(SessionRefused.class, action).reason();
    }

    static Limits limits(long wallMillis, long cpuMillis, int pids, long outputBytes) {
        return new Limits(
                wallMillis, cpuMillis, Limits.DEFAULT.memoryBytes(), pids, outputBytes, Limits.DEFAULT.diskBytes());
    }

    @Override
    public void close() {
        sandbox.close();
    }
}
