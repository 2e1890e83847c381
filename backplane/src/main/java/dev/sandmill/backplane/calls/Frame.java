package dev.sandmill.backplane.calls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// What lies in a list between two processes: the number of the call, where the answer goes, until when anybody waits,
/// and the question or the answer itself.
///
/// Shape, big-endian: version (1 byte, 1), kind (1 byte), number (8), deadline in milliseconds of Redis' clock (8),
/// the reply list's name (2 bytes of length, modified UTF-8), the body (4 bytes of length, then its bytes).
///
/// @param replyTo empty in an answer
record Frame(Kind kind, long number, long deadline, String replyTo, byte[] body) {
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 64;

    enum Kind {
        QUESTION,
        ANSWER,
        FAILURE
    }

    byte[] encoded() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length + HEADER_BYTES);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeByte(kind.ordinal());
            out.writeLong(number);
            out.writeLong(deadline);
            out.writeUTF(replyTo);
            out.writeInt(body.length);
            out.write(body);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /// @throws IOException for bytes that are no frame
    static Frame decoded(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IOException("a frame of version " + version + "; this process speaks " + VERSION);
            }
            int kind = in.readUnsignedByte();
            if (kind >= Kind.values().length) {
                throw new IOException("a frame of unknown kind " + kind);
            }
            long number = in.readLong();
            long deadline = in.readLong();
            String replyTo = in.readUTF();
            int length = in.readInt();
            if (length != in.available()) {
                throw new IOException("a frame that says it has " + length + " bytes and has " + in.available());
            }
            return new Frame(Kind.values()[kind], number, deadline, replyTo, in.readAllBytes());
        }
    }
}
