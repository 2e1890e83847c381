package dev.sandmill.orchestrator.caches;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.cache.ByteCache;
import dev.sandmill.backplane.cache.CacheStats;
import dev.sandmill.backplane.cache.Notes;
import dev.sandmill.backplane.cache.Selection;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.Caller;
import dev.sandmill.orchestrator.settings.LiveSettings;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/cache`: what the caches found, how they are bounded, and forgetting on demand. The service's own namespaces are
/// for operators; an agent forgets its tenant's notes.
@RestController
public final class CacheRoutes {
    private static final int MOST_TOLD = 100;
    private static final int MOST_KEYS = 1000;
    private static final int LONGEST_TEXT = 512;

    private final Map<String, ByteCache> own;
    private final Notes notes;
    private final CacheTuning tuning;
    private final LiveSettings settings;
    private final StrictJson json;
    private final InstantSource clock;
    private final ForgetNews news;

    /// @param own the service's namespaces
    public CacheRoutes(
            Map<String, ByteCache> own,
            Notes notes,
            CacheTuning tuning,
            LiveSettings settings,
            StrictJson json,
            InstantSource clock,
            ForgetNews news) {
        this.own = new TreeMap<>(own);
        this.notes = notes;
        this.tuning = tuning;
        this.settings = settings;
        this.json = json;
        this.clock = clock;
        this.news = news;
    }

    @GetMapping("/v1/cache/stats")
    Stats stats(Caller caller) {
        caller.requireReader();
        Map<String, CacheStats> namespaces = new LinkedHashMap<>();
        own.forEach((name, cache) -> namespaces.put(name, cache.stats()));
        namespaces.put("notes", notes.stats());
        return new Stats(namespaces);
    }

    @GetMapping("/v1/cache/config")
    Config config(Caller caller) {
        caller.requireReader();
        return new Config(
                tuning.group().value("localMaxBytes"),
                tuning.group().value("localMaxEntries"),
                tuning.group().value("ttlMillis"),
                tuning.group().value("staleMillis"),
                tuning.group().value("notesMaxEntries"),
                tuning.group().value("notesMaxBytes"));
    }

    @PatchMapping("/v1/cache/config")
    Config change(Caller caller, @RequestBody byte[] body) {
        caller.requireOperator();
        Patch patch = json.read(body, Patch.class);
        Map<String, Long> wanted = new LinkedHashMap<>();
        wanted.put("localMaxBytes", patch.localMaxBytes());
        wanted.put("localMaxEntries", patch.localMaxEntries());
        wanted.put("ttlMillis", patch.ttlMillis());
        wanted.put("staleMillis", patch.staleMillis());
        wanted.put("notesMaxEntries", patch.notesMaxEntries());
        wanted.put("notesMaxBytes", patch.notesMaxBytes());
        wanted.values().removeIf(Objects::isNull);
        settings.change(caller, tuning.group(), wanted);
        return config(caller);
    }

    @PostMapping("/v1/cache/clear")
    Invalidated clear(Caller caller, @RequestBody(required = false) byte @Nullable [] body) {
        caller.requireAny();
        Clear request = body == null || body.length == 0 ? new Clear(null) : json.read(body, Clear.class);
        long forgotten = forget(caller, namespace(request.namespace()), Selection.ALL);
        news.tell(
                caller.tenant(),
                "cleared",
                json.write(new Forgotten(request.namespace(), null, null, null, null, forgotten)));
        return new Invalidated(forgotten);
    }

    @PostMapping("/v1/cache/invalidate")
    Invalidated invalidate(Caller caller, @RequestBody byte[] body) {
        caller.requireAny();
        Invalidate request = json.read(body, Invalidate.class);
        if (request.equals(new Invalidate(null, null, null, null, null))) {
            throw ApiProblem.badRequest("the body says nothing to invalidate; give at least one of namespace, keys,"
                    + " prefix, tags, olderThanMillis, or use /v1/cache/clear");
        }
        String namespace = namespace(request.namespace());
        if (request.tags() != null && namespace != null && own.containsKey(namespace)) {
            throw ApiProblem.badField("tags", "tags are for notes; entries of " + namespace + " have none");
        }
        Selection selection = new Selection(
                texts("keys", request.keys()),
                request.prefix() == null ? "" : text("prefix", request.prefix()),
                Objects.requireNonNullElse(texts("tags", request.tags()), Set.of()),
                before(request.olderThanMillis()));
        long forgotten = forget(caller, namespace, selection);
        news.tell(
                caller.tenant(),
                "invalidated",
                json.write(new Forgotten(
                        namespace,
                        told(request.keys()),
                        request.prefix(),
                        told(request.tags()),
                        request.olderThanMillis(),
                        forgotten)));
        return new Invalidated(forgotten);
    }

    /// What is told stays small; who wants to know of more keys looks for himself.
    private static @Nullable List<String> told(@Nullable List<String> names) {
        return names == null || names.size() > MOST_TOLD ? null : names;
    }

    private long forget(Caller caller, @Nullable String namespace, Selection selection) {
        if (namespace != null && own.containsKey(namespace)) {
            caller.requireOperator();
            return Objects.requireNonNull(own.get(namespace)).invalidate(selection);
        }
        long forgotten = notes.invalidate(caller.tenant(), namespace, selection);
        if (namespace == null && caller.isOperator() && selection.tags().isEmpty()) {
            for (ByteCache cache : own.values()) {
                forgotten += cache.invalidate(selection);
            }
        }
        return forgotten;
    }

    private @Nullable String namespace(@Nullable String namespace) {
        if (namespace != null && !own.containsKey(namespace)) {
            NoteNames.checkNamespace("namespace", namespace, own.keySet());
        }
        return namespace;
    }

    private @Nullable Instant before(@Nullable Long olderThanMillis) {
        if (olderThanMillis == null) {
            return null;
        }
        if (olderThanMillis < 0) {
            throw ApiProblem.badField(
                    "olderThanMillis", "olderThanMillis has to be at least 0, not " + olderThanMillis);
        }
        long now = clock.millis();
        return Instant.ofEpochMilli(now - Math.min(now, olderThanMillis));
    }

    private static @Nullable Set<String> texts(String field, @Nullable List<String> texts) {
        if (texts == null) {
            return null;
        }
        if (texts.isEmpty() || texts.size() > MOST_KEYS) {
            throw ApiProblem.badField(
                    field, field + " has to have 1 to " + MOST_KEYS + " entries, not " + texts.size());
        }
        texts.forEach(text -> text(field, text));
        return new TreeSet<>(texts);
    }

    private static String text(String field, String text) {
        if (text.isEmpty() || text.length() > LONGEST_TEXT) {
            throw ApiProblem.badField(field, field + " has to have 1 to " + LONGEST_TEXT + " characters");
        }
        return text;
    }

    record Stats(Map<String, CacheStats> namespaces) {}

    record Config(
            long localMaxBytes,
            long localMaxEntries,
            long ttlMillis,
            long staleMillis,
            long notesMaxEntries,
            long notesMaxBytes) {}

    record Patch(
            @Nullable Long localMaxBytes,
            @Nullable Long localMaxEntries,
            @Nullable Long ttlMillis,
            @Nullable Long staleMillis,
            @Nullable Long notesMaxEntries,
            @Nullable Long notesMaxBytes) {}

    record Clear(@Nullable String namespace) {}

    record Invalidate(
            @Nullable String namespace,
            @Nullable List<String> keys,
            @Nullable String prefix,
            @Nullable List<String> tags,
            @Nullable Long olderThanMillis) {}

    record Invalidated(long invalidated) {}
}
