package dev.sandmill.orchestrator.caches;

import dev.sandmill.backplane.cache.Notes;
import dev.sandmill.orchestrator.problem.ApiProblem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.util.RawValue;

/// A note between its JSON and its bytes. The first byte stored says which encoding it came in, since it goes out as it
/// came in.
final class NoteJson {
    static final int LARGEST = 1 << 20;

    private static final long LONGEST_LIFE_MILLIS = Duration.ofDays(3650).toMillis();
    private static final byte JSON = 'j';
    private static final byte BASE64 = 'b';

    private NoteJson() {}

    /// A note as it is sent.
    record Sent(
            JsonNode value,
            @Nullable String encoding,
            @Nullable Long ttlMillis,
            @Nullable List<String> tags) {}

    /// A note as it is shown.
    record Shown(Object value, String encoding, long ttlMillis, List<String> tags, Instant storedAt, boolean stale) {}

    /// @param path of the note in the request, with a dot at its end where it is not the request itself
    static Notes.Note read(String path, String key, Sent sent, Duration usualTtl) {
        byte[] bytes = switch (Objects.requireNonNullElse(sent.encoding(), "json")) {
            case "json" -> stored(JSON, sent.value().toString().getBytes(StandardCharsets.UTF_8));
            case "base64" -> stored(BASE64, decoded(path, sent.value()));
            default -> throw ApiProblem.badField(path + "encoding", path + "encoding has to be json or base64");
        };
        if (bytes.length > LARGEST + 1) {
            throw ApiProblem.tooLarge(
                    path + "value has " + (bytes.length - 1) + " bytes; a note may have at most " + LARGEST);
        }
        long ttl = Objects.requireNonNullElse(sent.ttlMillis(), usualTtl.toMillis());
        if (ttl < 1 || ttl > LONGEST_LIFE_MILLIS) {
            throw ApiProblem.badField(
                    path + "ttlMillis", path + "ttlMillis has to be from 1 to " + LONGEST_LIFE_MILLIS + ", not " + ttl);
        }
        List<String> tags = Objects.requireNonNullElse(sent.tags(), List.of());
        NoteNames.checkTags(path + "tags", tags);
        return new Notes.Note(
                key, bytes, Duration.ofMillis(ttl), tags.stream().distinct().toList());
    }

    private static byte[] decoded(String path, JsonNode value) {
        try {
            if (value.isString()) {
                return Base64.getDecoder().decode(value.stringValue());
            }
        } catch (IllegalArgumentException malformed) {
            throw ApiProblem.badField(path + "value", path + "value is not base64: " + malformed.getMessage());
        }
        throw ApiProblem.badField(path + "value", path + "value has to be a text of base64, as its encoding says");
    }

    private static byte[] stored(byte encoding, byte[] value) {
        byte[] bytes = new byte[value.length + 1];
        bytes[0] = encoding;
        System.arraycopy(value, 0, bytes, 1, value.length);
        return bytes;
    }

    static Shown shown(Notes.Found found) {
        byte[] value = Arrays.copyOfRange(found.value(), 1, found.value().length);
        boolean isJson = found.value()[0] == JSON;
        return new Shown(
                isJson
                        ? new RawValue(new String(value, StandardCharsets.UTF_8))
                        : Base64.getEncoder().encodeToString(value),
                isJson ? "json" : "base64",
                found.left().toMillis(),
                found.tags(),
                found.storedAt(),
                found.stale());
    }
}
