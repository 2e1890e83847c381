package dev.sandmill.api.json;

import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Holds a tree against a record's components: which fields have to be there, which may be null, which exist at all.
final class RecordShape {
    private RecordShape() {}

    static void check(JsonNode node, Class<?> type, String path) {
        if (!node.isObject()) {
            throw new InvalidJson(path, path + " has to be an object, not " + Fields.describe(node));
        }
        Set<String> known = new HashSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            known.add(component.getName());
        }
        for (String field : node.propertyNames()) {
            if (!known.contains(field)) {
                String name = Fields.shortened(path.isEmpty() ? field : path + "." + field);
                throw new InvalidJson(name, name + " is not a known field");
            }
        }
        for (RecordComponent component : type.getRecordComponents()) {
            String name = path.isEmpty() ? component.getName() : path + "." + component.getName();
            check(node.get(component.getName()), component.getAnnotatedType(), name);
        }
    }

    private static void check(@Nullable JsonNode value, AnnotatedType type, String name) {
        if (value == null || value.isNull()) {
            if (!type.isAnnotationPresent(Nullable.class)) {
                throw new InvalidJson(name, name + (value == null ? " is missing" : " must not be null"));
            }
            return;
        }
        if (type.getType() instanceof Class<?> plain) {
            if (plain.isRecord()) {
                check(value, plain, name);
            } else {
                checkScalar(value, plain, name);
            }
        } else if (type instanceof AnnotatedParameterizedType generic) {
            checkElements(value, generic, name);
        }
    }

    private static void checkScalar(JsonNode value, Class<?> type, String name) {
        if (type == String.class) {
            Fields.text(value, name);
        } else if (type.isEnum()) {
            Fields.constant(Fields.text(value, name), type, name);
        } else if (type == boolean.class || type == Boolean.class) {
            require(value.isBoolean(), value, name, "true or false");
        } else if (type == int.class || type == Integer.class) {
            require(value.isIntegralNumber() && value.canConvertToInt(), value, name, "an integer of 32 bits");
        } else if (type == long.class || type == Long.class) {
            require(value.isIntegralNumber() && value.canConvertToLong(), value, name, "an integer of 64 bits");
        } else if (type == double.class || type == Double.class) {
            require(value.isNumber(), value, name, "a number");
        }
    }

    private static void require(boolean fits, JsonNode value, String name, String expected) {
        if (!fits) {
            throw new InvalidJson(name, name + " has to be " + expected + ", not " + Fields.describe(value));
        }
    }

    private static void checkElements(JsonNode value, AnnotatedParameterizedType type, String name) {
        AnnotatedType[] arguments = type.getAnnotatedActualTypeArguments();
        Class<?> container = (Class<?>) ((ParameterizedType) type.getType()).getRawType();
        if (Collection.class.isAssignableFrom(container)) {
            require(value.isArray(), value, name, "an array");
            for (int i = 0; i < value.size(); i++) {
                check(value.get(i), arguments[0], name + "[" + i + "]");
            }
        } else if (Map.class.isAssignableFrom(container)) {
            require(value.isObject(), value, name, "an object");
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                check(entry.getValue(), arguments[1], name + "." + Fields.shortened(entry.getKey()));
            }
        }
    }
}
