package dev.sandmill.sandbox.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A payload being written. The methods that take a type return it, as the last step of encoding.
final class Payload {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Payload number(long value, int width) {
        for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
        return this;
    }

    int number(long value, int width, int type) {
        number(value, width);
        return type;
    }

    Payload bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    int bytes(byte[] bytes, int type) {
        out.writeBytes(bytes);
        return type;
    }

    int text(String text, int type) {
        return bytes(text.getBytes(StandardCharsets.UTF_8), type);
    }

    Payload strings(List<String> strings) {
        number(strings.size(), 2);
        for (String string : strings) {
            byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
            number(bytes.length, 4).bytes(bytes);
        }
        return this;
    }

    int strings(List<String> strings, int type) {
        strings(strings);
        return type;
    }

    byte[] framed(int type) {
        if (out.size() > FrameCodec.PAYLOAD_MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a frame holds at most " + FrameCodec.PAYLOAD_MAX_BYTES + " bytes, not " + out.size());
        }
        return ByteBuffer.allocate(FrameCodec.HEADER_BYTES + out.size())
                .putInt(out.size())
                .put((byte) type)
                .put(out.toByteArray())
                .array();
    }
}
