package dev.sandmill.api.json;

import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/// Small records as JSON. A component marked `@Nullable` may be absent or null, every other one has to be
/// there; nothing is coerced, nothing unknown is ignored; constants are written in lower snake case.
/// Thread-safe.
public final class StrictJson {
    private final JsonSource source = new JsonSource();
    private final JsonMapper mapper = JsonMapper.builder(JsonSource.factory())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .withCoercionConfigDefaults(coercion -> {
                for (CoercionInputShape shape : CoercionInputShape.values()) {
                    coercion.setCoercion(shape, CoercionAction.Fail);
                }
            })
            .annotationIntrospector(new WireNames())
            .build();

    public <T extends Record> T read(byte[] json, Class<T> type) {
        JsonNode node = source.object(json);
        RecordShape.check(node, type, "");
        try {
            return mapper.treeToValue(node, type);
        } catch (JacksonException mismatch) {
            throw invalid(mismatch);
        }
    }

    public String write(Object value) {
        return mapper.writeValueAsString(value);
    }

    private static InvalidJson invalid(JacksonException mismatch) {
        StringBuilder field = new StringBuilder();
        for (JacksonException.Reference step : mismatch.getPath()) {
            if (step.getPropertyName() == null) {
                field.append('[').append(step.getIndex()).append(']');
            } else {
                field.append(field.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        String reason = mismatch.getCause() instanceof IllegalArgumentException refused && refused.getMessage() != null
                ? refused.getMessage()
                : "is not what it has to be";
        if (field.isEmpty()) {
            return new InvalidJson(null, reason);
        }
        String name = Fields.shortened(field.toString());
        return new InvalidJson(name, name + " " + reason);
    }

    private static final class WireNames extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public String[] findEnumValues(
                MapperConfig<?> config, AnnotatedClass type, Enum<?>[] constants, String[] names) {
            for (int i = 0; i < constants.length; i++) {
                names[i] = constants[i].name().toLowerCase(Locale.ROOT);
            }
            return names;
        }
    }
}
