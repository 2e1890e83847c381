package dev.sandmill.sandbox.wire;

import java.util.Arrays;
import java.util.function.Consumer;

/// Puts frames together from pieces that were cut anywhere. For one thread.
public final class FrameAssembler {
    private static final int FIRST_BYTES = 4096;

    private byte[] buffer = new byte[FIRST_BYTES];
    private int used;

    /// Passes on every frame that the piece makes whole.
    ///
    /// @throws FrameException for bytes that cannot be a frame, before memory is taken for them
    public void accept(byte[] piece, Consumer<Frame> whole) throws FrameException {
        int taken = 0;
        while (taken < piece.length) {
            int wanted = used < FrameCodec.HEADER_BYTES ? FrameCodec.HEADER_BYTES : FrameCodec.HEADER_BYTES + length();
            int part = Math.min(wanted - used, piece.length - taken);
            reserve(used + part);
            System.arraycopy(piece, taken, buffer, used, part);
            used += part;
            taken += part;
            if (used >= FrameCodec.HEADER_BYTES && used == FrameCodec.HEADER_BYTES + length()) {
                byte[] payload = Arrays.copyOfRange(buffer, FrameCodec.HEADER_BYTES, used);
                used = 0;
                whole.accept(FrameCodec.decode(buffer[4] & 0xff, payload));
            }
        }
    }

    private int length() throws FrameException {
        int length = (buffer[0] & 0xff) << 24 | (buffer[1] & 0xff) << 16 | (buffer[2] & 0xff) << 8 | buffer[3] & 0xff;
        if (length < 0 || length > FrameCodec.PAYLOAD_MAX_BYTES) {
            throw new FrameException("a frame of " + Integer.toUnsignedString(length) + " bytes, more than "
                    + FrameCodec.PAYLOAD_MAX_BYTES);
        }
        return length;
    }

    private void reserve(int bytes) {
        if (bytes > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(bytes, 2 * buffer.length));
        }
    }
}
