package dev.sandmill.orchestrator.openapi;

import dev.sandmill.orchestrator.http.OpenApiRoute;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The document that the service answers with, read strictly: no duplicate field, nothing after the end.
final class OpenApiDocument {
    private static final Set<String> METHODS =
            Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");
    private static final String RESOURCE = "/dev/sandmill/orchestrator/openapi.json";

    private final JsonNode root = read();

    /// One method of one path.
    record Operation(String method, String path, JsonNode node) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    JsonNode root() {
        return root;
    }

    JsonNode schema(String name) {
        return resolve("#/components/schemas/" + name);
    }

    List<Operation> operations() {
        return root.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .filter(field -> METHODS.contains(field.getKey()))
                        .map(field -> new Operation(
                                field.getKey().toUpperCase(java.util.Locale.ROOT), path.getKey(), field.getValue())))
                .toList();
    }

    /// The node itself, or what its `$ref` points at.
    JsonNode followed(JsonNode node) {
        return node.has("$ref") ? resolve(node.path("$ref").stringValue()) : node;
    }

    /// What a reference within the document points at; a missing node where it points at nothing.
    JsonNode resolve(String reference) {
        return reference.startsWith("#/") ? root.at(reference.substring(1)) : root.path("no such reference");
    }

    static Set<String> names(JsonNode object) {
        return new TreeSet<>(object.properties().stream().map(Map.Entry::getKey).toList());
    }

    static Set<String> texts(JsonNode array) {
        return new TreeSet<>(array.valueStream().map(JsonNode::stringValue).toList());
    }

    private static JsonNode read() {
        JsonMapper mapper = JsonMapper.builder(JsonFactory.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .build();
        try (InputStream document = OpenApiRoute.class.getResourceAsStream(RESOURCE)) {
            return mapper.readTree(Objects.requireNonNull(document, RESOURCE + " is not on the class path"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
