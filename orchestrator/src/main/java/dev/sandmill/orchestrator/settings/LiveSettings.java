package dev.sandmill.orchestrator.settings;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.documents.Documents;
import dev.sandmill.backplane.queue.QueueUnavailable;
import dev.sandmill.backplane.redis.RedisUnavailable;
import dev.sandmill.orchestrator.periodic.PeriodicThread;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.Caller;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The settings of all processes on one Redis. Each process looks every second, so that none can miss a change for
/// longer; the one that changes something has it at once. While Redis is away everything stays as it is.
public final class LiveSettings extends PeriodicThread {
    /// The collection of documents that holds them.
    public static final String COLLECTION = "settings";

    private static final Logger log = LoggerFactory.getLogger(LiveSettings.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int CHANGES_KEPT = 200;

    private final Documents documents;
    private final StrictJson json;
    private final InstantSource clock;
    private final List<SettingGroup> groups;
    /// From a read or a write to its adoption: what was read before a change does not come into force after it.
    private final ReentrantLock adopting = new ReentrantLock();

    public LiveSettings(Documents documents, StrictJson json, InstantSource clock, List<SettingGroup> groups) {
        super("settings", PERIOD);
        this.documents = documents;
        this.json = json;
        this.clock = clock;
        this.groups = List.copyOf(groups);
    }

    /// What is stored of a group: only what was changed, and the latest changes, newest first.
    record Stored(Map<String, Long> values, List<SettingChange> changes) {
        static final Stored NOTHING = new Stored(Map.of(), List.of());
    }

    /// Checks, stores and brings into force; all or nothing.
    public void change(Caller caller, SettingGroup group, Map<String, Long> wanted) {
        check(group, wanted);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<SettingChange> made = new ArrayList<>();
        adopting.lock();
        try {
            change(caller, group, wanted, now, made);
        } finally {
            adopting.unlock();
        }
        made.forEach(change -> log.atInfo()
                .addKeyValue("tenant", change.tenant())
                .addKeyValue("key_id", change.keyId())
                .log("{}: {} was {}, is {}", group.name(), change.name(), change.before(), change.after()));
    }

    private void change(
            Caller caller, SettingGroup group, Map<String, Long> wanted, Instant now, List<SettingChange> made) {
        documents.putIfAbsent(group.name(), json.write(Stored.NOTHING));
        String after = documents
                .update(group.name(), text -> {
                    made.clear();
                    return json.write(changed(read(text), caller, group, wanted, now, made));
                })
                .orElseThrow(() -> new IllegalStateException("the settings were removed while they were changed"));
        group.adopt(read(after).values());
    }

    private static void check(SettingGroup group, Map<String, Long> wanted) {
        if (wanted.isEmpty()) {
            throw ApiProblem.badRequest("the body names no setting; known ones are "
                    + String.join(", ", group.settings().keySet()));
        }
        wanted.forEach((name, value) -> {
            Setting setting = Objects.requireNonNull(group.settings().get(name), name);
            if (!setting.admits(value)) {
                throw ApiProblem.badField(
                        name, name + " has to be from " + setting.least() + " to " + setting.most() + ", not " + value);
            }
        });
    }

    private static Stored changed(
            Stored before,
            Caller caller,
            SettingGroup group,
            Map<String, Long> wanted,
            Instant now,
            List<SettingChange> made) {
        Map<String, Long> values = new LinkedHashMap<>(before.values());
        wanted.forEach((name, value) -> {
            long initial = Objects.requireNonNull(group.settings().get(name)).initial();
            long old = Objects.requireNonNullElse(values.put(name, value), initial);
            if (old != value) {
                made.add(new SettingChange(now, caller.keyId(), caller.tenant(), name, old, value));
            }
        });
        return new Stored(values, newestFirst(made, before.changes()));
    }

    /// Keeps among the changes what a process found for itself. What is stored, and what holds elsewhere, stays as it
    /// is.
    public void note(SettingGroup group, String keyId, String instance, String name, long before, long after) {
        SettingChange made =
                new SettingChange(clock.instant().truncatedTo(ChronoUnit.MILLIS), keyId, instance, name, before, after);
        documents.putIfAbsent(group.name(), json.write(Stored.NOTHING));
        documents.update(group.name(), text -> {
            Stored now = read(text);
            return json.write(new Stored(now.values(), newestFirst(List.of(made), now.changes())));
        });
        log.info("{}: {} was {}, is {} in this process", group.name(), name, before, after);
    }

    private static List<SettingChange> newestFirst(List<SettingChange> made, List<SettingChange> before) {
        List<SettingChange> changes = new ArrayList<>(made);
        changes.addAll(before);
        return changes.subList(0, Math.min(CHANGES_KEPT, changes.size()));
    }

    /// The latest changes of a group, newest first.
    public List<SettingChange> changes(SettingGroup group) {
        return documents.get(group.name()).map(text -> read(text).changes()).orElse(List.of());
    }

    private Stored read(String text) {
        return json.read(text.getBytes(StandardCharsets.UTF_8), Stored.class);
    }

    private void look() {
        adopting.lock();
        try {
            Map<String, String> stored = documents.all();
            for (SettingGroup group : groups) {
                String text = stored.get(group.name());
                group.adopt(text == null ? Map.of() : read(text).values());
            }
        } finally {
            adopting.unlock();
        }
    }

    @Override
    protected void once() {
        try {
            look();
        } catch (RedisUnavailable | QueueUnavailable away) {
            log.debug("settings stay as they are: {}", away.getMessage());
        }
    }
}
