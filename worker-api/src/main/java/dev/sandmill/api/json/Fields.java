package dev.sandmill.api.json;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The fields of one JSON object, taken one by one. [#only] comes first where unknown ones are refused, so that a field
/// whose name has a typo is told as that and not as one that is missing. Every complaint names the field with the whole
/// way to it.
final class Fields {
    private static final int SHOWN_CHARACTERS = 120;

    private final ObjectNode node;
    private final String path;
    private @Nullable Set<String> known;

    Fields(ObjectNode node, String path) {
        this.node = node;
        this.path = path;
    }

    /// The name of a field as its sender would write it.
    String name(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    InvalidJson invalid(String field, String message) {
        return new InvalidJson(name(field), name(field) + " " + message);
    }

    boolean has(String field) {
        return take(field) != null;
    }

    /// True also where the field is absent.
    boolean isNull(String field) {
        JsonNode value = take(field);
        return value == null || value.isNull();
    }

    String string(String field) {
        return text(field, required(field));
    }

    String string(String field, String absent) {
        JsonNode value = take(field);
        return value == null ? absent : text(field, value);
    }

    /// Null where the field is absent or null.
    @Nullable
    String nullableString(String field) {
        JsonNode value = take(field);
        return value == null || value.isNull() ? null : text(field, value);
    }

    long integer(String field) {
        return integer(field, required(field));
    }

    long integer(String field, long absent) {
        JsonNode value = take(field);
        return value == null ? absent : integer(field, value);
    }

    int smallInteger(String field) {
        long value = integer(field);
        if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
            throw invalid(field, "is out of range: " + value);
        }
        return (int) value;
    }

    @Nullable
    Integer nullableInteger(String field) {
        JsonNode value = take(field);
        if (value == null || value.isNull()) {
            return null;
        }
        return smallInteger(field);
    }

    double number(String field) {
        JsonNode value = required(field);
        if (!value.isNumber()) {
            throw invalid(field, "has to be a number, not " + describe(value));
        }
        return value.doubleValue();
    }

    boolean bool(String field) {
        return bool(field, required(field));
    }

    boolean bool(String field, boolean absent) {
        JsonNode value = take(field);
        return value == null ? absent : bool(field, value);
    }

    <E extends Enum<E>> E oneOf(String field, Class<E> type) {
        return constant(string(field), type, name(field));
    }

    <E extends Enum<E>> E oneOf(String field, Class<E> type, E absent) {
        return has(field) ? oneOf(field, type) : absent;
    }

    @Nullable
    Instant nullableInstant(String field) {
        String text = nullableString(field);
        return text == null ? null : instant(field, text);
    }

    Instant instant(String field) {
        return instant(field, string(field));
    }

    Fields object(String field) {
        return object(required(field), name(field));
    }

    @Nullable
    Fields nullableObject(String field) {
        JsonNode value = take(field);
        return value == null || value.isNull() ? null : object(value, name(field));
    }

    /// The elements of an array, each read with its own name (`files[3]`); empty where the field is absent.
    <T> List<T> list(String field, int atMost, BiFunction<JsonNode, String, T> element) {
        JsonNode value = take(field);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw invalid(field, "has to be an array, not " + describe(value));
        }
        if (value.size() > atMost) {
            throw invalid(field, "has " + value.size() + " elements; at most " + atMost + " are allowed");
        }
        List<T> elements = new ArrayList<>(value.size());
        for (JsonNode each : value) {
            elements.add(element.apply(each, name(field) + "[" + elements.size() + "]"));
        }
        return elements;
    }

    List<String> strings(String field, int atMost) {
        return list(field, atMost, Fields::text);
    }

    Set<String> names() {
        return Set.copyOf(node.propertyNames());
    }

    /// Refuses every other field; from then on only these can be taken.
    Fields only(String... names) {
        Set<String> these = Set.of(names);
        for (String name : node.propertyNames()) {
            if (!these.contains(name)) {
                throw new InvalidJson(name(shortened(name)), name(shortened(name)) + " is not a known field");
            }
        }
        known = these;
        return this;
    }

    static Fields object(JsonNode value, String name) {
        if (value instanceof ObjectNode object) {
            return new Fields(object, name);
        }
        throw new InvalidJson(name, name + " has to be an object, not " + describe(value));
    }

    static String text(JsonNode value, String name) {
        if (!value.isString()) {
            throw new InvalidJson(name, name + " has to be a string, not " + describe(value));
        }
        String text = value.stringValue();
        if (hasLoneSurrogate(text)) {
            throw new InvalidJson(name, name + " holds half a surrogate pair, which is no character");
        }
        return text;
    }

    /// The constant with this name in lower snake case.
    static <E> E constant(String text, Class<E> type, String name) {
        StringJoiner names = new StringJoiner(", ");
        for (E constant : type.getEnumConstants()) {
            String wireName = ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
            if (wireName.equals(text)) {
                return constant;
            }
            names.add(wireName);
        }
        throw new InvalidJson(name, name + " has to be one of " + names + "; not \"" + shortened(text) + "\"");
    }

    static String describe(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT, POJO -> "an object";
            case STRING, BINARY -> "the string \"" + shortened(value.asString()) + "\"";
            case NULL -> "null";
            case MISSING -> "nothing";
            case BOOLEAN, NUMBER -> shortened(value.toString());
        };
    }

    /// Text of unknown origin, fit for one line of a message.
    static String shortened(String text) {
        String shown = text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "…" : text;
        return shown.replaceAll("[\\p{Cntrl}\\p{Cs}\\u2028\\u2029]", "�");
    }

    private @Nullable JsonNode take(String field) {
        if (known != null && !known.contains(field)) {
            throw new IllegalStateException(field + " is taken, but not among the known fields " + known);
        }
        return node.get(field);
    }

    private JsonNode required(String field) {
        JsonNode value = take(field);
        if (value == null) {
            throw invalid(field, "is missing");
        }
        return value;
    }

    private String text(String field, JsonNode value) {
        return text(value, name(field));
    }

    private long integer(String field, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw invalid(field, "has to be an integer, not " + describe(value));
        }
        return value.longValue();
    }

    private boolean bool(String field, JsonNode value) {
        if (!value.isBoolean()) {
            throw invalid(field, "has to be true or false, not " + describe(value));
        }
        return value.booleanValue();
    }

    private Instant instant(String field, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException notATime) {
            throw invalid(field, "has to be a time as in 2026-01-31T10:00:00Z, not \"" + shortened(text) + "\"");
        }
    }

    private static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(unit)) {
                return true;
            }
        }
        return false;
    }
}
