package dev.sandmill.vectorizer.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class VectorCodecTest {
    @Property
    void whatIsEncodedIsReadBackWithinItsCodecsPrecision(@ForAll VectorCodec codec, @ForAll("vectors") float[] vector) {
        float[] read = VectorCodec.decode(codec.encode(vector), vector.length).orElseThrow();

        float largest = 0;
        for (float value : vector) {
            largest = Math.max(largest, Math.abs(value));
        }
        float tolerance = switch (codec) {
            case FLOAT32 -> 0;
            case FLOAT16 -> Math.max(largest / 1024, 1e-7f);
            case INT8 -> largest / 127 * 0.501f;
        };
        for (int at = 0; at < vector.length; at++) {
            assertThat(Math.abs(read[at] - vector[at])).isLessThanOrEqualTo(tolerance);
        }
    }

    @Property
    void readingAndWritingAgainChangesNothing(@ForAll VectorCodec codec, @ForAll("vectors") float[] vector) {
        float[] once = VectorCodec.decode(codec.encode(vector), vector.length).orElseThrow();
        float[] twice = VectorCodec.decode(codec.encode(once), vector.length).orElseThrow();

        assertThat(twice).usingComparatorWithPrecision(1e-6f).containsExactly(once);
    }

    @Property
    void oneFlippedBitIsFound(
            @ForAll VectorCodec codec,
            @ForAll("vectors") float[] vector,
            @ForAll @IntRange(max = 1 << 20) int position) {
        byte[] bytes = codec.encode(vector);
        int bit = position % (bytes.length * 8);
        bytes[bit / 8] ^= (byte) (1 << (bit % 8));

        assertThat(VectorCodec.decode(bytes, vector.length)).isEmpty();
    }

    @Property
    void aCutValueIsFound(
            @ForAll VectorCodec codec,
            @ForAll("vectors") float[] vector,
            @ForAll @IntRange(max = 1 << 20) int position) {
        byte[] bytes = codec.encode(vector);

        assertThat(VectorCodec.decode(Arrays.copyOf(bytes, position % bytes.length), vector.length))
                .isEmpty();
    }

    @Property
    void bytesFromAnybodyAreNeverAnError(@ForAll byte[] bytes) {
        assertThat(VectorCodec.decode(bytes, 384)).isEmpty();
    }

    @Test
    void anotherDimensionIsNotRead() {
        assertThat(VectorCodec.decode(VectorCodec.INT8.encode(new float[384]), 385))
                .isEmpty();
    }

    @Test
    void aVectorOf384NumbersTakes396BytesAsInt8() {
        assertThat(VectorCodec.INT8.encode(new float[384])).hasSize(4 + 4 + 384 + 4);
        assertThat(VectorCodec.FLOAT16.encode(new float[384])).hasSize(4 + 768 + 4);
        assertThat(VectorCodec.FLOAT32.encode(new float[384])).hasSize(4 + 1536 + 4);
    }

    @Test
    void whatIsNoVectorIsRefused() {
        assertThatThrownBy(() -> VectorCodec.INT8.encode(new float[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> VectorCodec.INT8.encode(new float[] {1, Float.NaN}))
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> VectorCodec.FLOAT16.encode(new float[] {Float.POSITIVE_INFINITY}))
                .hasMessageContaining("Infinity");
    }

    @Provide
    Arbitrary<float[]> vectors() {
        return Arbitraries.floats()
                .between(-1, 1)
                .array(float[].class)
                .ofMinSize(1)
                .ofMaxSize(400);
    }
}
