package dev.sandmill.api.json;

import dev.sandmill.api.TuningState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What else a server answers: problems and languages, read for a client.
public final class AnswerJson {
    private final JsonSource source = new JsonSource();

    public Problem readProblem(String json) {
        Fields fields = new Fields(source.object(json), "");
        return new Problem(
                fields.string("code", "unknown"),
                fields.string("detail", ""),
                fields.bool("retryable", false),
                fields.nullableString("field"));
    }

    public List<SupportedLanguage> readLanguages(String json) {
        List<SupportedLanguage> languages = new ArrayList<>();
        for (JsonNode node : source.array(json)) {
            Fields fields = Fields.object(node, "[" + languages.size() + "]");
            languages.add(new SupportedLanguage(
                    fields.string("language"),
                    fields.string("version"),
                    fields.strings("aliases", Integer.MAX_VALUE),
                    fields.bool("warm"),
                    fields.nullableString("image")));
        }
        return List.copyOf(languages);
    }

    public TuningState readTuning(String json) {
        JsonNode root = source.object(json);
        Map<String, Long> values = new LinkedHashMap<>();
        root.properties().forEach(field -> {
            if (field.getValue().isIntegralNumber()) {
                values.put(field.getKey(), field.getValue().asLong());
            }
        });
        Map<String, TuningState.Bounds> bounds = new LinkedHashMap<>();
        root.path("bounds").properties().forEach(field -> {
            Fields fields = Fields.object(field.getValue(), "bounds." + field.getKey());
            bounds.put(
                    field.getKey(),
                    new TuningState.Bounds(fields.integer("least"), fields.integer("most"), fields.integer("initial")));
        });
        return new TuningState(values, root.path("adaptive").asBoolean(false), bounds);
    }

    public String writeTuning(TuningState.Change change) {
        Map<String, Object> fields = new TreeMap<>(change.values());
        fields.put("adaptive", change.adaptive());
        return new StrictJson().write(fields);
    }

    /// What the server depends on, out of its `/v1/status`.
    public List<Dependency> readDependencies(String json) {
        return new Fields(source.object(json), "").list("dependencies", Integer.MAX_VALUE, (node, name) -> {
            Fields fields = Fields.object(node, name);
            return new Dependency(fields.string("name"), fields.bool("available"), fields.string("detail", ""));
        });
    }

    /// Something that the server needs, and whether it is there.
    public record Dependency(String name, boolean available, String detail) {}

    /// The members of an RFC 9457 answer that a program acts on.
    public record Problem(
            String code,
            String detail,
            boolean retryable,
            @Nullable String field) {}

    /// A language that the server runs.
    ///
    /// @param warm whether an interpreter is kept ready
    /// @param image the image's immutable id
    public record SupportedLanguage(
            String language,
            String version,
            List<String> aliases,
            boolean warm,
            @Nullable String image) {}
}
