package dev.sandmill.sandbox.session;

import dev.sandmill.api.Artifact;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.Session;
import dev.sandmill.api.SessionState;
import dev.sandmill.api.Violation;
import dev.sandmill.sandbox.container.ContainerLost;
import dev.sandmill.sandbox.run.InvalidProgram;
import dev.sandmill.sandbox.run.SessionContainer;
import dev.sandmill.sandbox.session.SessionRefused.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One session, from its open container to what is remembered of it afterwards. It does one thing at a time: who comes
/// meanwhile is refused. Only [#end] comes at any time.
final class LiveSession {
    /// How long the end of a session is told to those who ask for it.
    private static final Duration MEMORY = Duration.ofMinutes(10);

    private final String id;
    private final String tenant;
    private final String language;
    private final Limits limits;
    private final Duration ttl;
    private final Instant createdAt;
    private final InstantSource clock;
    private final SessionContainer container;
    private final SessionSources sources;
    private final Runnable afterEnd;
    private final ReentrantLock use = new ReentrantLock();
    private final Object state = new Object();
    private Instant expiresAt;
    private long executions;
    private @Nullable String endReason;

    LiveSession(
            String id,
            String tenant,
            String language,
            Limits limits,
            Duration ttl,
            InstantSource clock,
            SessionContainer container,
            SourceCheck check,
            Runnable afterEnd) {
        this.id = id;
        this.tenant = tenant;
        this.language = language;
        this.limits = limits;
        this.ttl = ttl;
        this.clock = clock;
        this.createdAt = clock.instant();
        this.expiresAt = createdAt.plus(ttl);
        this.container = container;
        this.afterEnd = afterEnd;
        this.sources = new SessionSources(check, language, limits);
    }

    String id() {
        return id;
    }

    boolean belongsTo(String other) {
        return tenant.equals(other);
    }

    boolean hasEnded() {
        synchronized (state) {
            return endReason != null;
        }
    }

    Session view() {
        synchronized (state) {
            SessionState now =
                    endReason != null ? SessionState.ENDED : use.isLocked() ? SessionState.RUNNING : SessionState.IDLE;
            return new Session(id, language, now, createdAt, expiresAt, ttl.toMillis(), executions, limits, endReason);
        }
    }

    Executed execute(String source, PolicyLevel policy) throws SessionRefused {
        begin();
        try {
            List<Violation> violations = sources.check(source, policy);
            if (!violations.isEmpty()) {
                return Executed.rejected(violations);
            }
            synchronized (state) {
                executions++;
            }
            SessionContainer.Call call = container.call(source);
            if (call.over()) {
                end("a call ended its interpreter: "
                        + call.executed().status().name().toLowerCase(Locale.ROOT));
            }
            return call.executed();
        } catch (ContainerLost | InvalidProgram over) {
            if (hasEnded()) {
                return Executed.withoutRun(ProgramStatus.CANCELLED, "the session was ended while it ran");
            }
            end("its container was lost: " + over.getMessage());
            throw ended();
        } finally {
            // The sandbox answers an interrupt by killing the session; the flag has done its work.
            Thread.interrupted();
            done();
        }
    }

    List<Violation> put(String path, byte[] content, PolicyLevel policy) throws SessionRefused {
        begin();
        try {
            List<Violation> violations = sources.checkFile(path, content, policy);
            if (!violations.isEmpty()) {
                return violations;
            }
            Optional<String> refusal = container.put(path, content);
            if (refusal.isPresent()) {
                Reason reason = refusal.get().contains("No space") ? Reason.NO_SPACE : Reason.FILE;
                throw new SessionRefused(reason, refusal.get());
            }
            return List.of();
        } catch (InvalidProgram invalid) {
            throw new SessionRefused(Reason.PATH, String.valueOf(invalid.getMessage()));
        } catch (ContainerLost lost) {
            throw lost(lost);
        } catch (InterruptedException stopping) {
            throw interrupted();
        } finally {
            done();
        }
    }

    byte[] fetch(String path) throws SessionRefused {
        begin();
        try {
            Artifact found = container.fetch(path);
            if (found.content() == null) {
                boolean missing = found.error() != null && found.error().startsWith("No such file");
                throw new SessionRefused(
                        missing ? Reason.NO_FILE : Reason.FILE, "the file cannot be read: " + found.error());
            }
            return found.content().toByteArray();
        } catch (InvalidProgram invalid) {
            throw new SessionRefused(Reason.PATH, String.valueOf(invalid.getMessage()));
        } catch (ContainerLost lost) {
            throw lost(lost);
        } catch (InterruptedException stopping) {
            throw interrupted();
        } finally {
            done();
        }
    }

    private void begin() throws SessionRefused {
        if (hasEnded()) {
            throw ended();
        }
        if (!use.tryLock()) {
            throw new SessionRefused(
                    Reason.BUSY, "the session does something else at this moment; it does one thing at a time");
        }
        if (hasEnded()) {
            use.unlock();
            throw ended();
        }
    }

    private void done() {
        synchronized (state) {
            if (endReason == null) {
                expiresAt = clock.instant().plus(ttl);
            }
        }
        use.unlock();
    }

    private SessionRefused ended() {
        synchronized (state) {
            return new SessionRefused(Reason.ENDED, "the session has ended: " + endReason);
        }
    }

    private SessionRefused lost(ContainerLost lost) {
        end("its container was lost: " + lost.getMessage());
        return ended();
    }

    private SessionRefused interrupted() {
        end("interrupted while a file was moved");
        Thread.currentThread().interrupt();
        return ended();
    }

    /// Ends it where it is idle for too long, or its container is gone.
    void look() {
        // Without the lock first: who comes at this moment is not to be told that the session is busy.
        String reason = reasonToEnd();
        if (reason == null || hasEnded() || !use.tryLock()) {
            return;
        }
        try {
            reason = reasonToEnd();
            if (reason != null) {
                end(reason);
            }
        } finally {
            use.unlock();
        }
    }

    private @Nullable String reasonToEnd() {
        if (!container.isAlive()) {
            return "its container is gone";
        }
        synchronized (state) {
            return clock.instant().isBefore(expiresAt)
                    ? null
                    : "it was idle for " + ttl.toMillis() + " ms, its ttlMillis";
        }
    }

    /// Whether its end has been remembered for long enough.
    boolean isForgotten() {
        synchronized (state) {
            return endReason != null && clock.instant().isAfter(expiresAt);
        }
    }

    /// Kills what runs and removes the container, once; returns when it is gone.
    void end(String reason) {
        synchronized (state) {
            if (endReason != null) {
                return;
            }
            endReason = reason;
            expiresAt = clock.instant().plus(MEMORY);
        }
        try {
            container.destroy();
        } finally {
            afterEnd.run();
        }
    }
}
