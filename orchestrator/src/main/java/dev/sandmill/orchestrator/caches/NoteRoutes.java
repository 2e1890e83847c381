package dev.sandmill.orchestrator.caches;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.cache.Notes;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.Caller;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// `/v1/cache/entries`: notes that the agents of a tenant share.
@RestController
public final class NoteRoutes {
    private static final int MOST_AT_ONCE = 256;
    private static final long LARGEST_ANSWER = 32L << 20;
    private static final int READ_AT_ONCE = 32;

    private final Notes notes;
    private final Set<String> reserved;
    private final CacheTuning tuning;
    private final StrictJson json;

    /// @param reserved namespaces of the service's own
    public NoteRoutes(Notes notes, Set<String> reserved, CacheTuning tuning, StrictJson json) {
        this.notes = notes;
        this.reserved = Set.copyOf(reserved);
        this.tuning = tuning;
        this.json = json;
    }

    @PutMapping("/v1/cache/entries/{namespace}/{key}")
    ResponseEntity<Void> put(
            Caller caller, @PathVariable String namespace, @PathVariable String key, @RequestBody byte[] body) {
        caller.requireAgent();
        check(namespace, key);
        NoteJson.Sent sent = json.read(body, NoteJson.Sent.class);
        notes.put(caller.tenant(), namespace, List.of(NoteJson.read("", key, sent, tuning.ttl())));
        return ResponseEntity.noContent().build();
    }

    @GetMapping("/v1/cache/entries/{namespace}/{key}")
    ResponseEntity<byte[]> get(Caller caller, @PathVariable String namespace, @PathVariable String key) {
        caller.requireReader();
        check(namespace, key);
        Notes.Found found = notes.get(caller.tenant(), namespace, List.of(key)).get(key);
        if (found == null) {
            throw ApiProblem.notFound("there is no note of this key");
        }
        return answer(json.write(NoteJson.shown(found)));
    }

    @DeleteMapping("/v1/cache/entries/{namespace}/{key}")
    ResponseEntity<Void> delete(Caller caller, @PathVariable String namespace, @PathVariable String key) {
        caller.requireAgent();
        check(namespace, key);
        notes.remove(caller.tenant(), namespace, List.of(key));
        return ResponseEntity.noContent().build();
    }

    /// What is deleted goes first, then what is put comes, then is read: an answer shows what the batch left.
    @PostMapping("/v1/cache/entries/{namespace}/batch")
    ResponseEntity<byte[]> batch(Caller caller, @PathVariable String namespace, @RequestBody byte[] body) {
        caller.requireReader();
        NoteNames.checkNamespace("namespace", namespace, reserved);
        Batch batch = json.read(body, Batch.class);
        List<String> gets = keys("get", batch.get());
        List<String> deletes = keys("delete", batch.delete());
        List<Notes.Note> puts = puts(Objects.requireNonNullElse(batch.put(), List.of()));
        int all = gets.size() + deletes.size() + puts.size();
        if (all == 0 || all > MOST_AT_ONCE) {
            throw ApiProblem.badRequest(
                    "a batch has 1 to " + MOST_AT_ONCE + " keys in get, put and delete together, not " + all);
        }
        if (!puts.isEmpty() || !deletes.isEmpty()) {
            caller.requireAgent();
        }
        long deleted = deletes.isEmpty() ? 0 : notes.remove(caller.tenant(), namespace, deletes);
        if (!puts.isEmpty()) {
            notes.put(caller.tenant(), namespace, puts);
        }
        Map<String, NoteJson.Shown> found = found(caller, namespace, gets);
        List<String> missing =
                gets.stream().filter(key -> !found.containsKey(key)).toList();
        return answer(json.write(new BatchAnswer(found, missing, puts.size(), deleted)));
    }

    private Map<String, NoteJson.Shown> found(Caller caller, String namespace, List<String> keys) {
        Map<String, NoteJson.Shown> all = new LinkedHashMap<>();
        long bytes = 0;
        for (int start = 0; start < keys.size(); start += READ_AT_ONCE) {
            List<String> some = keys.subList(start, Math.min(keys.size(), start + READ_AT_ONCE));
            for (Map.Entry<String, Notes.Found> each :
                    notes.get(caller.tenant(), namespace, some).entrySet()) {
                bytes += each.getValue().value().length;
                all.put(each.getKey(), NoteJson.shown(each.getValue()));
            }
            if (bytes > LARGEST_ANSWER) {
                throw ApiProblem.tooLarge("the notes asked for have more than " + LARGEST_ANSWER
                        + " bytes together; ask for fewer keys at a time");
            }
        }
        return all;
    }

    private List<Notes.Note> puts(List<BatchPut> puts) {
        List<Notes.Note> all = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (int index = 0; index < puts.size(); index++) {
            BatchPut put = puts.get(index);
            String path = "put[" + index + "].";
            NoteNames.checkKey(path + "key", put.key());
            if (!keys.add(put.key())) {
                throw ApiProblem.badField(path + "key", path + "key '" + put.key() + "' comes twice");
            }
            all.add(NoteJson.read(
                    path,
                    put.key(),
                    new NoteJson.Sent(put.value(), put.encoding(), put.ttlMillis(), put.tags()),
                    tuning.ttl()));
        }
        return all;
    }

    private static List<String> keys(String field, @Nullable List<String> keys) {
        List<String> all = Objects.requireNonNullElse(keys, List.of());
        for (int index = 0; index < all.size(); index++) {
            NoteNames.checkKey(field + "[" + index + "]", all.get(index));
        }
        return all.stream().distinct().toList();
    }

    private void check(String namespace, String key) {
        NoteNames.checkNamespace("namespace", namespace, reserved);
        NoteNames.checkKey("key", key);
    }

    private static ResponseEntity<byte[]> answer(String body) {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(body.getBytes(StandardCharsets.UTF_8));
    }

    record Batch(
            @Nullable List<String> get,
            @Nullable List<BatchPut> put,
            @Nullable List<String> delete) {}

    record BatchPut(
            String key,
            JsonNode value,
            @Nullable String encoding,
            @Nullable Long ttlMillis,
            @Nullable List<String> tags) {}

    record BatchAnswer(Map<String, NoteJson.Shown> found, List<String> missing, int stored, long deleted) {}
}
