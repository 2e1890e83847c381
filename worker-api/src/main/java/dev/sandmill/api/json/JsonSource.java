package dev.sandmill.api.json;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Bytes to a tree, bounded in depth, tokens and number length: one object, no duplicate keys, nothing after it.
final class JsonSource {
    /// How the parser names a place inside its messages, without knowing it.
    private static final Pattern SOURCE = Pattern.compile("( \\(start marker at )?\\[Source: [^\\]]*]\\)?");
    private static final int MAX_DEPTH = 32;
    private static final int MAX_TOKENS = 500_000;
    private static final int MAX_NUMBER_CHARACTERS = 64;
    private static final int MAX_NAME_CHARACTERS = 4_096;
    private static final int MAX_STRING_CHARACTERS = 32 << 20;

    private final JsonMapper mapper = JsonMapper.builder(factory())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    static JsonFactory factory() {
        return JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxTokenCount(MAX_TOKENS)
                        .maxNumberLength(MAX_NUMBER_CHARACTERS)
                        .maxNameLength(MAX_NAME_CHARACTERS)
                        .maxStringLength(MAX_STRING_CHARACTERS)
                        .build())
                .build();
    }

    ObjectNode object(byte[] json) {
        try {
            JsonNode node = mapper.readTree(json);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw new InvalidJson(null, "the body has to be a JSON object, not " + Fields.describe(node));
        } catch (JacksonException malformed) {
            throw invalid(malformed);
        }
    }

    ObjectNode object(String json) {
        return object(json.getBytes(StandardCharsets.UTF_8));
    }

    String write(JsonNode node) {
        return mapper.writeValueAsString(node);
    }

    ObjectNode newObject() {
        return mapper.createObjectNode();
    }

    ArrayNode newArray() {
        return mapper.createArrayNode();
    }

    ArrayNode array(String json) {
        try {
            if (mapper.readTree(json) instanceof ArrayNode array) {
                return array;
            }
            throw new InvalidJson(null, "the body has to be a JSON array");
        } catch (JacksonException malformed) {
            throw invalid(malformed);
        }
    }

    private static InvalidJson invalid(JacksonException malformed) {
        TokenStreamLocation at = malformed.getLocation();
        String where = at == null || at.getLineNr() < 1
                ? ""
                : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
        String what = malformed instanceof StreamReadException ? "not valid JSON" : "not readable";
        String why = SOURCE.matcher(malformed.getOriginalMessage()).replaceAll("");
        return new InvalidJson(null, what + where + ": " + Fields.shortened(why));
    }
}
