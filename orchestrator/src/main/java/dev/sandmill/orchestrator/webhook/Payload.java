package dev.sandmill.orchestrator.webhook;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A provider's JSON, of which only a few texts matter. Bounded in depth and size; whatever else is in it is left
/// alone.
final class Payload {
    private static final Pattern REF = Pattern.compile("[^\\p{Cntrl} ~^:?*\\[\\\\]{1,512}");
    private static final Pattern OBJECT_ID = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(100)
                            .maxTokenCount(5_000_000)
                            .build())
                    .build())
            .build();

    private final JsonNode node;

    private Payload(JsonNode node) {
        this.node = node;
    }

    /// Null where the bytes are no JSON object.
    static @Nullable Payload parse(byte[] json) {
        try {
            JsonNode node = MAPPER.readTree(json);
            return node != null && node.isObject() ? new Payload(node) : null;
        } catch (JacksonException malformed) {
            return null;
        }
    }

    Payload at(String... path) {
        JsonNode found = node;
        for (String name : path) {
            found = found.path(name);
        }
        return new Payload(found);
    }

    List<Payload> elements() {
        List<Payload> elements = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(each -> elements.add(new Payload(each)));
        }
        return elements;
    }

    /// The text; empty where there is none.
    String text() {
        return node.isString() ? node.stringValue() : "";
    }

    /// A push of one ref, from the texts that name it.
    static Notice push(String ref, String after) {
        if (!REF.matcher(ref).matches() || !ref.startsWith("refs/")) {
            return new Notice.Malformed("the payload names no ref");
        }
        if (!after.isEmpty() && !OBJECT_ID.matcher(after).matches()) {
            return new Notice.Malformed("the payload names no commit");
        }
        return new Notice.Push(ref, after);
    }
}
