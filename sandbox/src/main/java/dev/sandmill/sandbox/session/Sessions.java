package dev.sandmill.sandbox.session;

import dev.sandmill.api.Executed;
import dev.sandmill.api.OpenSession;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.Session;
import dev.sandmill.api.Violation;
import dev.sandmill.api.text.Spelled;
import dev.sandmill.sandbox.container.ContainerPool;
import dev.sandmill.sandbox.container.ContainerUnavailable;
import dev.sandmill.sandbox.container.Lease;
import dev.sandmill.sandbox.container.Slots;
import dev.sandmill.sandbox.run.InstalledLanguage;
import dev.sandmill.sandbox.run.InvalidProgram;
import dev.sandmill.sandbox.run.Languages;
import dev.sandmill.sandbox.run.PreparedProgram;
import dev.sandmill.sandbox.run.SessionContainer;
import dev.sandmill.sandbox.session.SessionRefused.Reason;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Every session of this process. A tenant sees its own and no other. Thread-safe.
public final class Sessions implements AutoCloseable {
    private static final Duration LOOK_PAUSE = Duration.ofMillis(250);
    private static final int ID_BYTES = 16;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{" + 2 * ID_BYTES + "}-(.{1,64})");
    /// Of ended sessions that are remembered, for each that may be open.
    private static final int REMEMBERED = 10;

    private final SessionSettings settings;
    private final Languages languages;
    private final ContainerPool pool;
    private final SourceCheck check;
    private final InstantSource clock = InstantSource.system();
    private final SecureRandom random = new SecureRandom();
    private final Map<String, LiveSession> byId = new ConcurrentHashMap<>();
    private final Map<String, Integer> openOf = new ConcurrentHashMap<>();
    private final Slots slots;
    private final LongAdder opened = new LongAdder();
    private final LongAdder calls = new LongAdder();
    private final Thread looking;
    private volatile boolean closed;

    public Sessions(SessionSettings settings, Languages languages, ContainerPool pool, SourceCheck check) {
        this.settings = settings;
        this.languages = languages;
        this.pool = pool;
        this.check = check;
        this.slots = new Slots(settings.slots());
        this.looking = Thread.ofVirtual().name("sessions").start(this::look);
    }

    /// The process that a session's id names; empty for what is no id.
    public static Optional<String> ownerOf(String id) {
        Matcher parts = ID.matcher(id);
        return parts.matches() ? Optional.of(parts.group(1)) : Optional.empty();
    }

    /// Changes how many calls run at a time; those that run go on.
    public void resize(int most) {
        slots.resize(most);
    }

    public Session open(OpenSession wanted, String tenant) throws SessionRefused, InterruptedException {
        InstalledLanguage language = languageOf(wanted.language());
        admit(tenant);
        boolean open = false;
        try {
            Lease lease = pool.withdraw(PreparedProgram.containerFor(language, wanted.limits()), tenant)
                    .orElseThrow(() -> new SessionRefused(
                            Reason.TOO_MANY,
                            "sessions have half of the memory that all containers may use, and limits.memoryBytes "
                                    + wanted.limits().memoryBytes() + " is more than is left of it; end one, ask for"
                                    + " less, or try again later"));
            SessionContainer started = SessionContainer.start(lease, language, wanted.limits());
            LiveSession session = new LiveSession(
                    newId(),
                    tenant,
                    language.name(),
                    wanted.limits(),
                    Duration.ofMillis(wanted.ttlMillis()),
                    clock,
                    started,
                    check,
                    () -> release(tenant));
            byId.put(session.id(), session);
            open = true;
            opened.increment();
            if (closed) {
                session.end("the service stops");
            }
            return session.view();
        } catch (ContainerUnavailable away) {
            throw new SessionRefused(Reason.UNAVAILABLE, String.valueOf(away.getMessage()));
        } finally {
            if (!open) {
                release(tenant);
            }
        }
    }

    private InstalledLanguage languageOf(String name) throws SessionRefused {
        try {
            InstalledLanguage language = languages.find(name);
            if (!language.keepsState()) {
                throw new SessionRefused(
                        Reason.LANGUAGE,
                        "language " + language.name() + " has no sessions; "
                                + String.join(", ", languages.keepingState()) + " have");
            }
            return language;
        } catch (InvalidProgram unknown) {
            throw new SessionRefused(Reason.LANGUAGE, String.valueOf(unknown.getMessage()));
        } catch (ContainerUnavailable away) {
            throw new SessionRefused(Reason.UNAVAILABLE, String.valueOf(away.getMessage()));
        }
    }

    /// Takes a place for the tenant, before the work is done that needs it.
    private synchronized void admit(String tenant) throws SessionRefused {
        int all = openOf.values().stream().mapToInt(Integer::intValue).sum();
        int own = openOf.getOrDefault(tenant, 0);
        if (all >= settings.most() || own >= settings.mostOfTenant()) {
            throw new SessionRefused(
                    Reason.TOO_MANY,
                    own >= settings.mostOfTenant()
                            ? "this tenant has " + own + " sessions open, as many as one may have here; end one"
                            : "all " + settings.most() + " sessions of this process are in use; try again later");
        }
        openOf.merge(tenant, 1, Integer::sum);
    }

    private synchronized void release(String tenant) {
        openOf.computeIfPresent(tenant, (same, count) -> count == 1 ? null : count - 1);
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes) + "-" + settings.owner();
    }

    /// Runs a call. An interrupt kills the session.
    public Executed execute(String id, String tenant, String source, PolicyLevel policy)
            throws SessionRefused, InterruptedException {
        LiveSession session = find(id, tenant);
        if (!slots.acquire(settings.patience())) {
            throw new SessionRefused(
                    Reason.NO_SLOT, "no other call of a session ended within " + Spelled.time(settings.patience()));
        }
        try {
            Executed executed = session.execute(source, policy);
            calls.increment();
            return executed;
        } finally {
            slots.release();
        }
    }

    /// Writes a file of the workspace.
    ///
    /// @return what the policy refuses in it; nothing where it was written
    public List<Violation> put(String id, String tenant, String path, byte[] content, PolicyLevel policy)
            throws SessionRefused {
        return find(id, tenant).put(path, content, policy);
    }

    public byte[] fetch(String id, String tenant, String path) throws SessionRefused {
        return find(id, tenant).fetch(path);
    }

    public Session view(String id, String tenant) throws SessionRefused {
        return find(id, tenant).view();
    }

    /// A tenant's sessions, newest first; those that have ended are not among them.
    public List<Session> list(String tenant) {
        return byId.values().stream()
                .filter(session -> session.belongsTo(tenant) && !session.hasEnded())
                .map(LiveSession::view)
                .sorted(Comparator.comparing(Session::createdAt).reversed())
                .toList();
    }

    /// Ends a session, also in the middle of a call, and forgets it; returns when its container is gone.
    public void close(String id, String tenant) throws SessionRefused {
        LiveSession session = find(id, tenant);
        session.end("it was deleted");
        forget(session);
    }

    private LiveSession find(String id, String tenant) throws SessionRefused {
        LiveSession session = byId.get(id);
        if (session == null || !session.belongsTo(tenant)) {
            throw new SessionRefused(Reason.UNKNOWN, "there is no session of this id");
        }
        return session;
    }

    public SessionCounts counts() {
        return new SessionCounts(
                (int) byId.values().stream()
                        .filter(session -> !session.hasEnded())
                        .count(),
                settings.most(),
                opened.sum(),
                calls.sum());
    }

    private void look() {
        try {
            while (true) {
                Thread.sleep(LOOK_PAUSE);
                byId.values().forEach(LiveSession::look);
                byId.values().stream().filter(LiveSession::isForgotten).forEach(this::forget);
                long ended =
                        byId.values().stream().filter(LiveSession::hasEnded).count();
                byId.values().stream()
                        .filter(LiveSession::hasEnded)
                        .sorted(Comparator.comparing(session -> session.view().expiresAt()))
                        .limit(Math.max(0, ended - (long) REMEMBERED * settings.most()))
                        .forEach(this::forget);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void forget(LiveSession session) {
        byId.remove(session.id(), session);
    }

    /// Ends every session.
    @Override
    public void close() {
        closed = true;
        looking.interrupt();
        byId.values().parallelStream().forEach(session -> session.end("the service stops"));
    }
}
