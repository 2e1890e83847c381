package dev.sandmill.vectorizer.cache;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/// A vector as bytes: version (1), codec (1), dimension (2, unsigned), payload, CRC-32C of all before (4), little
/// endian. `INT8` and `FLOAT16` rank as the original does. Reading accepts every codec.
public enum VectorCodec {
    FLOAT32(0) {
        @Override
        int payloadBytes(int dimension) {
            return dimension * Float.BYTES;
        }

        @Override
        void write(float[] vector, ByteBuffer payload) {
            for (float value : vector) {
                payload.putFloat(value);
            }
        }

        @Override
        void read(ByteBuffer payload, float[] vector) {
            for (int at = 0; at < vector.length; at++) {
                vector[at] = payload.getFloat();
            }
        }
    },
    FLOAT16(1) {
        @Override
        int payloadBytes(int dimension) {
            return dimension * Short.BYTES;
        }

        @Override
        void write(float[] vector, ByteBuffer payload) {
            for (float value : vector) {
                payload.putShort(Float.floatToFloat16(value));
            }
        }

        @Override
        void read(ByteBuffer payload, float[] vector) {
            for (int at = 0; at < vector.length; at++) {
                vector[at] = Float.float16ToFloat(payload.getShort());
            }
        }
    },
    /// One signed byte per number and one float32 that scales them all.
    INT8(2) {
        @Override
        int payloadBytes(int dimension) {
            return Float.BYTES + dimension;
        }

        @Override
        void write(float[] vector, ByteBuffer payload) {
            float largest = 0;
            for (float value : vector) {
                largest = Math.max(largest, Math.abs(value));
            }
            float scale = largest / Byte.MAX_VALUE;
            payload.putFloat(scale);
            for (float value : vector) {
                payload.put((byte) (scale == 0 ? 0 : Math.clamp(Math.round(value / scale), -127, 127)));
            }
        }

        @Override
        void read(ByteBuffer payload, float[] vector) {
            float scale = payload.getFloat();
            for (int at = 0; at < vector.length; at++) {
                vector[at] = payload.get() * scale;
            }
        }
    };

    private static final byte VERSION = 1;
    private static final int HEADER_BYTES = 4;
    private static final int CHECKSUM_BYTES = 4;
    private static final int MAX_DIMENSION = 0xFFFF;

    private final byte number;

    VectorCodec(int number) {
        this.number = (byte) number;
    }

    abstract int payloadBytes(int dimension);

    abstract void write(float[] vector, ByteBuffer payload);

    abstract void read(ByteBuffer payload, float[] vector);

    /// @throws IllegalArgumentException for a vector that is empty, has more than 65,535 numbers or one that is not
    ///     finite
    public byte[] encode(float[] vector) {
        if (vector.length < 1 || vector.length > MAX_DIMENSION) {
            throw new IllegalArgumentException("a vector has 1 to " + MAX_DIMENSION + " numbers, not " + vector.length);
        }
        for (float value : vector) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("a vector's numbers are finite, not " + value);
            }
        }
        byte[] bytes = new byte[HEADER_BYTES + payloadBytes(vector.length) + CHECKSUM_BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.put(VERSION).put(number).putShort((short) vector.length);
        write(vector, buffer);
        buffer.putInt(checksum(bytes));
        return bytes;
    }

    /// The vector in `bytes`, or empty where they are damaged, of another version or of another dimension.
    public static Optional<float[]> decode(byte[] bytes, int dimension) {
        if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES || bytes[0] != VERSION) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (VectorCodec codec : values()) {
            if (codec.number == bytes[1]
                    && Short.toUnsignedInt(buffer.getShort(2)) == dimension
                    && bytes.length == HEADER_BYTES + codec.payloadBytes(dimension) + CHECKSUM_BYTES
                    && buffer.getInt(bytes.length - CHECKSUM_BYTES) == checksum(bytes)) {
                float[] vector = new float[dimension];
                codec.read(buffer.position(HEADER_BYTES), vector);
                return Optional.of(vector);
            }
        }
        return Optional.empty();
    }

    private static int checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, bytes.length - CHECKSUM_BYTES);
        return (int) checksum.getValue();
    }
}
