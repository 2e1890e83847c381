package dev.sandmill.vectorizer.embed.remote;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads `{"data":[{"index","embedding"}]}`. Nothing in it is believed: what does not make one finite vector of the
/// right dimension for each text is [Garbage].
final class EmbeddingAnswer {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MAX_DIMENSION = 65_535;

    private EmbeddingAnswer() {}

    /// @param dimension 0 takes any, as long as it is the same for all
    static float[][] read(byte[] body, int texts, int dimension) throws Garbage {
        JsonNode data;
        try {
            data = JSON.readTree(body).path("data");
        } catch (JacksonException broken) {
            throw new Garbage("what is no JSON");
        }
        if (!data.isArray() || data.size() != texts) {
            throw new Garbage(data.size() + " vectors for " + texts + " texts");
        }
        float[][] vectors = new float[texts][];
        int expected = dimension;
        for (JsonNode item : data) {
            JsonNode index = item.path("index");
            if (!index.isIntegralNumber() || !index.canConvertToInt()) {
                throw new Garbage("a vector without the number of its text");
            }
            int at = index.intValue();
            if (at < 0 || at >= texts || vectors[at] != null) {
                throw new Garbage("a vector for text " + at + " twice, or for one that is not there");
            }
            float[] vector = numbers(item.path("embedding"));
            expected = expected == 0 ? vector.length : expected;
            if (vector.length != expected || vector.length == 0) {
                throw new Garbage("a vector of " + vector.length + " numbers where " + expected + " were expected");
            }
            vectors[at] = unit(vector);
        }
        return vectors;
    }

    private static float[] numbers(JsonNode embedding) throws Garbage {
        if (embedding.isString()) {
            return floats(embedding.stringValue());
        }
        if (!embedding.isArray() || embedding.size() > MAX_DIMENSION) {
            throw new Garbage("what is no vector");
        }
        float[] numbers = new float[embedding.size()];
        for (int at = 0; at < numbers.length; at++) {
            if (!embedding.path(at).isNumber()) {
                throw new Garbage("a vector with something in it that is no number");
            }
            numbers[at] = (float) embedding.path(at).doubleValue();
        }
        return numbers;
    }

    private static float[] floats(@Nullable String base64) throws Garbage {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64 == null ? "" : base64);
        } catch (IllegalArgumentException broken) {
            throw new Garbage("a vector that is no base64");
        }
        if (bytes.length % Float.BYTES != 0 || bytes.length / Float.BYTES > MAX_DIMENSION) {
            throw new Garbage("a vector of " + bytes.length + " bytes");
        }
        float[] numbers = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
        return numbers;
    }

    private static float[] unit(float[] vector) throws Garbage {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        if (!Double.isFinite(squares) || squares < 1e-24) {
            throw new Garbage("a vector that is not finite or has no length");
        }
        double scale = 1 / Math.sqrt(squares);
        float[] unit = new float[vector.length];
        for (int at = 0; at < unit.length; at++) {
            unit[at] = (float) (vector[at] * scale);
        }
        return unit;
    }

    /// An answer that makes no sense; the message ends a sentence that begins with "answered with".
    static final class Garbage extends Exception {
        private static final long serialVersionUID = 1L;

        Garbage(String what) {
            super(what);
        }
    }
}
